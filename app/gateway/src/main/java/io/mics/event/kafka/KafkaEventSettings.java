package io.mics.event.kafka;

import io.mics.config.EnvironmentName;
import io.mics.config.Section;
import io.mics.config.SettingsSection;
import io.mics.kafka.KafkaSecurity;
import java.time.Duration;

/**
 * Events, and calls of hooks outside the sender's thread, over Kafka.
 *
 * @param bootstrapServers         {@code host:port} list; empty keeps events in the process
 * @param security                 how to get in there
 * @param topic                    a tenant's topic, with {@code {tenant}} in it
 * @param hookTopics               a tenant's topics for hooks outside the sender's thread
 * @param conversationTopics       a tenant's topics of durable conversations
 * @param createTopics             whether missing topics are created
 * @param maxAttempts              tries before the dead letter topic; 0 never gives up
 * @param queueCapacity            events waiting in all; 0 is unlimited
 * @param queueBytes               bytes of them; 0 is unlimited
 * @param maxPendingPerTenant      events of one tenant waiting; 0 is unlimited
 * @param maxPendingBytesPerTenant bytes of them; 0 is unlimited
 * @param retryBackoff             time before the second try, doubled for each further one
 */
public record KafkaEventSettings(
        String bootstrapServers,
        KafkaSecurity security,
        String topic,
        KafkaHookTopics hookTopics,
        KafkaConversationTopics conversationTopics,
        boolean createTopics,
        int maxAttempts,
        int queueCapacity,
        long queueBytes,
        int maxPendingPerTenant,
        long maxPendingBytesPerTenant,
        Duration retryBackoff) {
    public static final SettingsSection<KafkaEventSettings> SECTION = SettingsSection.of(
            KafkaEventSettings.class,
            "kafka",
            KafkaEventReader::read,
            EnvironmentName.text("KAFKA__BOOTSTRAP_SERVERS", "kafka.bootstrap-servers"),
            EnvironmentName.text("KAFKA_SECURITY_PROTOCOL", "kafka.security.protocol"),
            EnvironmentName.text("KAFKA_SASL_MECHANISM", "kafka.security.sasl-mechanism"),
            EnvironmentName.text("KAFKA_SASL_USERNAME", "kafka.security.username"),
            EnvironmentName.text("KAFKA_SASL_PASSWORD", "kafka.security.password"),
            EnvironmentName.text("KAFKA_SSL_TRUST", "kafka.security.trust"),
            EnvironmentName.text("KAFKA_SSL_CERTIFICATE", "kafka.security.certificate"),
            EnvironmentName.text("KAFKA_SSL_KEY", "kafka.security.key"),
            EnvironmentName.value("KAFKA_MAX_ATTEMPTS", "kafka.max-attempts"),
            EnvironmentName.value("KAFKA_QUEUE_CAPACITY", "kafka.queue-capacity"),
            EnvironmentName.value("KAFKA_MAX_PENDING_PER_TENANT", "kafka.max-pending-per-tenant"),
            EnvironmentName.milliseconds("KAFKA_RETRY_BACKOFF_MS", "kafka.retry-backoff"));

    /** A topic's name where one may be given, else nothing; what is wrong with it is a problem with {@code key}. */
    public static String plainTopic(Section s, String key) {
        return s.string(key, "", KafkaEventReader::isPlainTopic, KafkaEventReader.NO_PLAIN_TOPIC);
    }

    /** Whether {@code other}, a template or plain, is where something else is written for a tenant or all. */
    public boolean isTaken(String other) {
        return KafkaEventReader.isTaken(other, this);
    }

    /** Whether there is a Kafka. */
    public boolean isConfigured() {
        return !bootstrapServers.isEmpty();
    }

    /**
     * How events of this start of a node go there.
     *
     * @param epoch          this start of the node; 0 when no directory numbers it, then the clock does
     * @param maxRecordBytes bytes of one record; 0 is unlimited
     */
    public KafkaSettings of(String node, long epoch, int maxRecordBytes) {
        return new KafkaSettings(
                bootstrapServers,
                security,
                node,
                epoch == 0 ? System.currentTimeMillis() : epoch,
                new KafkaSettings.Topics(topic, createTopics, maxRecordBytes),
                new KafkaSettings.Bounds(queueCapacity, queueBytes, maxPendingPerTenant, maxPendingBytesPerTenant),
                maxAttempts,
                retryBackoff,
                KafkaSettings.Timing.DEFAULT);
    }
}
