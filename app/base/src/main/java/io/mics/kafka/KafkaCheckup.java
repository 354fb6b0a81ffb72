package io.mics.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.CreateTopicsResult;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;

/** One look at a Kafka and its topics, for whoever wants to know whether they will do. Changes nothing. */
public final class KafkaCheckup {
    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final int UNKNOWN = 0;

    private KafkaCheckup() {}

    /** Why the brokers cannot be used, in plain words, if they cannot; blocks a few seconds at most. */
    public static Optional<String> of(KafkaConnection connection) {
        try (Admin admin = Admin.create(KafkaClients.shared(connection))) {
            admin.describeCluster().nodes().get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            return Optional.empty();
        } catch (TimeoutException e) {
            return Optional.of("does not answer within " + PATIENCE.toSeconds() + " s");
        } catch (ExecutionException e) {
            return Optional.of("does not answer: " + (e.getCause() == null ? e : e.getCause()).getMessage());
        } catch (KafkaException e) {
            return Optional.of("cannot be asked: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.of("was not waited for");
        }
    }

    /**
     * A topic.
     *
     * @param there     whether it is there; if it is not, the rest is what it would be
     * @param replicas  how often each record is held; 0 where the brokers do not say
     * @param minInSync how many of these must have a record before it is acknowledged; 0 where they do not say
     * @param problem   why it cannot be used, or created; empty when it can
     */
    public record Topic(String name, boolean there, int replicas, int minInSync, Optional<String> problem) {}

    /** Looks at these topics; blocks a few seconds at most. Every one has an answer, in this order. */
    public static List<Topic> topics(KafkaProducerSettings settings, List<String> topics) {
        Map<String, Topic> found = new LinkedHashMap<>();
        try (Admin admin = Admin.create(KafkaClients.shared(settings.connection()))) {
            List<String> missing = new ArrayList<>();
            Map<String, KafkaFuture<TopicDescription>> described =
                    admin.describeTopics(topics).topicNameValues();
            Map<ConfigResource, KafkaFuture<Config>> configs = admin.describeConfigs(
                            topics.stream().map(KafkaCheckup::resource).toList())
                    .values();
            for (String topic : topics) {
                switch (answer(described.get(topic))) {
                    case Answer.Got<TopicDescription> got ->
                        found.put(
                                topic,
                                new Topic(
                                        topic,
                                        true,
                                        got.value().partitions().stream()
                                                .mapToInt(it -> it.replicas().size())
                                                .min()
                                                .orElse(UNKNOWN),
                                        minInSync(answer(configs.get(resource(topic)))),
                                        Optional.empty()));
                    case Answer.Failed<TopicDescription> failed -> {
                        if (failed.cause() instanceof UnknownTopicOrPartitionException) {
                            missing.add(topic);
                        }
                        found.put(topic, unusable(topic, "cannot be described: " + words(failed.cause())));
                    }
                }
            }
            missing(admin, settings, missing).forEach(topic -> found.put(topic.name(), topic));
        } catch (KafkaException e) {
            topics.forEach(topic -> found.putIfAbsent(topic, unusable(topic, "cannot be asked about: " + words(e))));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            topics.forEach(topic -> found.putIfAbsent(topic, unusable(topic, "was not waited for")));
        }
        return List.copyOf(found.values());
    }

    /** Has the brokers say what they would do, without doing it. */
    private static List<Topic> missing(Admin admin, KafkaProducerSettings settings, List<String> missing)
            throws InterruptedException {
        if (missing.isEmpty()) {
            return List.of();
        }
        if (!settings.createTopics()) {
            return missing.stream()
                    .map(topic -> unusable(topic, "is not there, and kafka.create-topics is false"))
                    .toList();
        }
        CreateTopicsResult tried = admin.createTopics(
                missing.stream()
                        .map(topic -> KafkaTopics.wanted(topic, settings))
                        .toList(),
                new CreateTopicsOptions().validateOnly(true));
        List<Topic> all = new ArrayList<>();
        for (String topic : missing) {
            all.add(
                    switch (answer(tried.values().get(topic))) {
                        case Answer.Got<Void> can ->
                            new Topic(
                                    topic,
                                    false,
                                    answer(tried.replicationFactor(topic)) instanceof Answer.Got<Integer> replicas
                                            ? Math.max(UNKNOWN, replicas.value())
                                            : UNKNOWN,
                                    minInSync(answer(tried.config(topic))),
                                    Optional.empty());
                        case Answer.Failed<Void> cannot ->
                            unusable(topic, "is not there, and cannot be created: " + words(cannot.cause()));
                    });
        }
        return all;
    }

    private static Topic unusable(String topic, String how) {
        return new Topic(topic, false, UNKNOWN, UNKNOWN, Optional.of(how));
    }

    private static ConfigResource resource(String topic) {
        return new ConfigResource(ConfigResource.Type.TOPIC, topic);
    }

    private static int minInSync(Answer<Config> config) {
        if (!(config instanceof Answer.Got<Config> got)) {
            return UNKNOWN;
        }
        @Nullable ConfigEntry entry = got.value().get(TopicConfig.MIN_IN_SYNC_REPLICAS_CONFIG);
        return entry == null || entry.value() == null ? UNKNOWN : Integer.parseInt(entry.value());
    }

    /** What came of a question to the brokers. */
    private sealed interface Answer<T> {
        record Got<T>(T value) implements Answer<T> {}

        record Failed<T>(Throwable cause) implements Answer<T> {}
    }

    private static <T> Answer<T> answer(@Nullable KafkaFuture<T> asked) throws InterruptedException {
        if (asked == null) {
            return new Answer.Failed<>(new KafkaException("no answer"));
        }
        try {
            return new Answer.Got<>(asked.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS));
        } catch (ExecutionException e) {
            return new Answer.Failed<>(e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException e) {
            return new Answer.Failed<>(new KafkaException("no answer within " + PATIENCE.toSeconds() + " s"));
        }
    }

    private static String words(Throwable cause) {
        return cause.getMessage() == null ? cause.toString() : cause.getMessage();
    }
}
