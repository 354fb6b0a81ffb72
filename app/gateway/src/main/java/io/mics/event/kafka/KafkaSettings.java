package io.mics.event.kafka;

import io.mics.kafka.KafkaConnection;
import io.mics.kafka.KafkaProducerSettings;
import io.mics.kafka.KafkaSecurity;
import java.time.Duration;

/**
 * How events go to Kafka.
 *
 * @param bootstrapServers {@code host:port} list
 * @param security         how to get in there
 * @param node             this node's name
 * @param epoch            this start of it; part of every event's identity
 * @param topics           where events go
 * @param bounds           what may be queued
 * @param maxAttempts      tries before the dead letter topic; 0 never gives up
 * @param backoff          time before the second try, doubled for each further one, five seconds at most
 * @param timing           patience
 */
public record KafkaSettings(
        String bootstrapServers,
        KafkaSecurity security,
        String node,
        long epoch,
        Topics topics,
        Bounds bounds,
        int maxAttempts,
        Duration backoff,
        Timing timing) {

    /** How brokers are reached. */
    public KafkaConnection connection() {
        return new KafkaConnection(bootstrapServers, security, node, timing.request());
    }

    /** How records are produced. */
    public KafkaProducerSettings producer() {
        return new KafkaProducerSettings(
                connection(), timing.block(), timing.delivery(), topics.create(), topics.maxRecordBytes());
    }

    /**
     * Where events go.
     *
     * @param template        a topic's name, with {@code {tenant}} in it
     * @param create          whether missing topics are created
     * @param maxMessageBytes bytes of one record; 0 is unlimited
     */
    public record Topics(String template, boolean create, int maxMessageBytes) {
        /** A tenant's topic. */
        public String of(String tenant) {
            return template.replace("{tenant}", tenant);
        }

        int maxRecordBytes() {
            return maxMessageBytes == 0 ? Integer.MAX_VALUE : maxMessageBytes;
        }
    }

    /**
     * What may be queued; 0 is unlimited.
     *
     * @param events          of all tenants
     * @param bytes           of all tenants
     * @param eventsPerTenant of one
     * @param bytesPerTenant  of one
     */
    public record Bounds(int events, long bytes, int eventsPerTenant, long bytesPerTenant) {}

    /**
     * Patience.
     *
     * @param block     how long a send may wait for a topic's metadata or for memory
     * @param request   how long one request to a broker may take
     * @param delivery  how long the producer itself tries a record, over reconnects, in order
     * @param parked    how long a topic that failed three times in a row is left alone
     */
    public record Timing(Duration block, Duration request, Duration delivery, Duration parked) {
        /** What a node uses; a broker that restarts within a minute is not noticed but by the delay. */
        public static final Timing DEFAULT = new Timing(
                Duration.ofSeconds(2), Duration.ofSeconds(10), Duration.ofSeconds(60), Duration.ofSeconds(5));
    }
}
