package io.mics.event.kafka;

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

/** Which topics are there. Asked before the producer hears of a topic, so that it never waits for one that is not. */
final class KafkaTopics {
    private static final Log LOG = Log.of(KafkaTopics.class);
    private static final int PARTITIONS = 6;

    private final KafkaSettings.Topics settings;
    private final Set<String> there = ConcurrentHashMap.newKeySet();

    KafkaTopics(KafkaSettings.Topics settings) {
        this.settings = settings;
    }

    /** Makes sure that a topic can be sent to; blocks until it is known. */
    void ensure(KafkaClients clients, String topic) throws InterruptedException {
        if (there.contains(topic)) {
            return;
        }
        Admin admin = clients.admin();
        Optional<KafkaException> missing = failure(
                () -> admin.describeTopics(List.of(topic)).allTopicNames().get());
        if (missing.isPresent() && missing.get() instanceof UnknownTopicOrPartitionException && settings.create()) {
            missing = failure(
                    () -> admin.createTopics(List.of(wanted(topic))).all().get());
            if (missing.isEmpty()) {
                LOG.info("topic created", "topic", topic, "partitions", PARTITIONS);
            }
        }
        if (missing.isPresent() && !(missing.get() instanceof TopicExistsException)) {
            throw missing.get();
        }
        clients.usual().partitionsFor(topic);
        there.add(topic);
    }

    /** Takes nothing for granted about a topic that failed. */
    void doubt(String topic) {
        there.remove(topic);
    }

    private NewTopic wanted(String topic) {
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
