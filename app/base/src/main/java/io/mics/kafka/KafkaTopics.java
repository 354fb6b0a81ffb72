package io.mics.kafka;

import io.mics.observe.Log;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * Which topics are there. Asked before the producer is given a topic, so that it never waits for one that is not.
 *
 * <p>A deleted topic is looked for after two seconds of unanswered records, and created again where that is allowed:
 * the producer itself would wait for a minute without a word. Where it may not be created the tenant's events wait,
 * and its topic is parked like any that fails.
 */
final class KafkaTopics {
    private static final Log LOG = Log.of(KafkaTopics.class);
    private static final int PARTITIONS = 6;

    private final KafkaProducerSettings settings;
    private final Set<String> there = ConcurrentHashMap.newKeySet();
    private final Set<String> missing = ConcurrentHashMap.newKeySet();

    KafkaTopics(KafkaProducerSettings settings) {
        this.settings = settings;
    }

    /** Makes sure that a topic can be sent to; blocks until it is known. */
    void ensure(KafkaClients clients, String topic) throws InterruptedException {
        if (there.contains(topic)) {
            return;
        }
        Optional<KafkaException> problem = found(clients, topic);
        if (problem.isPresent()) {
            throw problem.get();
        }
        clients.usual().partitionsFor(topic);
        there.add(topic);
    }

    /** Looks again for a topic to which records go for longer than usual: it may have been deleted meanwhile. */
    void lookAgain(KafkaClients clients, String topic) throws InterruptedException {
        if (found(clients, topic).isPresent()) {
            there.remove(topic);
        }
    }

    /** Looks for a topic, and creates a missing one where allowed; says why it cannot be sent to, if it cannot. */
    private Optional<KafkaException> found(KafkaClients clients, String topic) throws InterruptedException {
        Admin admin = clients.admin();
        Optional<KafkaException> problem = failure(
                () -> admin.describeTopics(List.of(topic)).allTopicNames().get());
        boolean absent = problem.isPresent() && problem.get() instanceof UnknownTopicOrPartitionException;
        if (absent && settings.createTopics()) {
            if (there.contains(topic)) {
                LOG.warn("event_topic_recreated", "topic", topic);
            }
            problem = failure(
                    () -> admin.createTopics(List.of(wanted(topic))).all().get());
            if (problem.isEmpty()) {
                LOG.info("topic_created", "topic", topic, "partitions", PARTITIONS);
            } else if (problem.get() instanceof TopicExistsException) {
                problem = Optional.empty();
            }
        }
        if (problem.isEmpty()) {
            missing.remove(topic);
        } else if (absent && missing.add(topic)) {
            LOG.warn("event_topic_not_found", "topic", topic, "create", settings.createTopics());
        }
        return problem;
    }

    /** Topics that are missing, as far as was seen. */
    Set<String> missing() {
        return Set.copyOf(missing);
    }

    /** Whether this topic is missing, as far as was seen. */
    boolean isMissing(String topic) {
        return missing.contains(topic);
    }

    /** A topic has taken what was sent to it. */
    void works(String topic) {
        missing.remove(topic);
    }

    /** Takes nothing for granted about a topic that failed. */
    void doubt(String topic) {
        there.remove(topic);
    }

    private NewTopic wanted(String topic) {
        return wanted(topic, settings);
    }

    /** A topic as it is created where it is missing; how often each record is held is up to the brokers. */
    static NewTopic wanted(String topic, KafkaProducerSettings settings) {
        return new NewTopic(topic, Optional.of(PARTITIONS), Optional.empty())
                .configs(Map.of(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, Integer.toString(settings.maxRecordBytes())));
    }

    /** A call to the brokers. */
    private interface Asking {
        Object ask() throws ExecutionException, InterruptedException;
    }

    private static Optional<KafkaException> failure(Asking asking) throws InterruptedException {
        try {
            asking.ask();
            return Optional.empty();
        } catch (ExecutionException e) {
            return Optional.of(
                    e.getCause() instanceof KafkaException cause ? cause : new KafkaException("" + e.getCause(), e));
        }
    }
}
