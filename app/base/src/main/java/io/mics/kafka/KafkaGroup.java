package io.mics.kafka;

import java.time.Duration;
import java.util.Map;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.CooperativeStickyAssignor;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * A consumer group: its members share the partitions of topics.
 *
 * @param name   of the group
 * @param topics the names of the topics it reads, those to come included
 * @param timing how members behave
 */
public record KafkaGroup(String name, Pattern topics, Timing timing) {
    private static final int FETCH_BYTES = 8 << 20;
    private static final int FETCH_WAIT_MS = 50;
    private static final int HEARTBEATS = 3;

    /**
     * How members behave.
     *
     * @param discovery how often they look for new topics
     * @param session   how long a member without heartbeats keeps its partitions
     * @param since     how old what a partition holds may be, when its group has never read it; {@link #EVER} is
     *                  everything
     */
    public record Timing(Duration discovery, Duration session, Duration since) {
        /** However old. */
        public static final Duration EVER = Duration.ofDays(36_500);

        /** What a node uses. */
        public static final Timing DEFAULT =
                new Timing(Duration.ofSeconds(5), Duration.ofSeconds(10), Duration.ofMinutes(10));
    }

    /** A consumer that commits nothing by itself. */
    KafkaConsumer<String, byte[]> open(KafkaConnection connection) {
        Map<String, Object> config = KafkaClients.shared(connection);
        config.put(ConsumerConfig.GROUP_ID_CONFIG, name);
        config.put(ConsumerConfig.CLIENT_ID_CONFIG, "mics-" + connection.node() + "-" + name);
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(
                ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                timing.since().equals(Timing.EVER) ? "earliest" : "by_duration:" + timing.since());
        config.put(ConsumerConfig.METADATA_MAX_AGE_CONFIG, timing.discovery().toMillis());
        config.put(
                ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG, (int) timing.session().toMillis());
        config.put(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG, (int)
                timing.session().dividedBy(HEARTBEATS).toMillis());
        config.put(ConsumerConfig.PARTITION_ASSIGNMENT_STRATEGY_CONFIG, CooperativeStickyAssignor.class.getName());
        config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, FETCH_WAIT_MS);
        config.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, FETCH_BYTES);
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        return new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer());
    }
}
