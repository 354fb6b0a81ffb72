package io.mics.event.kafka;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** The client library's two clients, configured so that nothing acknowledged is lost, repeated or overtaken. */
record KafkaClients(KafkaProducer<String, byte[]> producer, Admin admin) implements AutoCloseable {
    /** A tenant's unacknowledged bytes are at most this part of the producer's memory. */
    static final int SHARE = 16;

    private static final long LEAST_MEMORY = 32L << 20;
    private static final int BATCH_BYTES = 64 << 10;
    private static final int RECONNECT_MS = 50;
    private static final int FETCH_WAIT_MS = 50;
    private static final int RECONNECT_MAX_MS = 1_000;

    /** The producer's memory; more than the usual only where records may be large. */
    static long memory(KafkaSettings settings) {
        long heapPart = Runtime.getRuntime().maxMemory() / 8;
        return Math.max(
                LEAST_MEMORY,
                Math.min(heapPart, (long) SHARE * settings.topics().maxRecordBytes()));
    }

    static KafkaClients open(KafkaSettings settings) {
        KafkaProducer<String, byte[]> producer =
                new KafkaProducer<>(producer(settings), new StringSerializer(), new ByteArraySerializer());
        try {
            return new KafkaClients(producer, Admin.create(shared(settings)));
        } catch (RuntimeException e) {
            producer.close(Duration.ZERO);
            throw e;
        }
    }

    /** A consumer that belongs to no group and commits nothing. */
    static KafkaConsumer<String, byte[]> reader(KafkaSettings settings) {
        Map<String, Object> config = shared(settings);
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, FETCH_WAIT_MS);
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        return new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer());
    }

    private static Map<String, Object> shared(KafkaSettings settings) {
        Map<String, Object> config = new HashMap<>();
        config.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, settings.bootstrapServers());
        config.put(AdminClientConfig.CLIENT_ID_CONFIG, "mics-" + settings.node());
        config.put(AdminClientConfig.RECONNECT_BACKOFF_MS_CONFIG, RECONNECT_MS);
        config.put(AdminClientConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, RECONNECT_MAX_MS);
        int request = (int) settings.timing().request().toMillis();
        config.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, request);
        config.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, request);
        config.put(AdminClientConfig.ENABLE_METRICS_PUSH_CONFIG, false);
        return config;
    }

    private static Map<String, Object> producer(KafkaSettings settings) {
        Map<String, Object> config = shared(settings);
        config.remove(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG);
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        // a broker takes any first sequence of a new partition: with more in flight, the second batch may be it
        config.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, settings.timing().block().toMillis());
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int)
                settings.timing().delivery().toMillis());
        config.put(ProducerConfig.BUFFER_MEMORY_CONFIG, memory(settings));
        config.put(ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES);
        config.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        config.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, settings.topics().maxRecordBytes());
        return config;
    }

    /** Closes both at once; what was not acknowledged is not waited for. */
    @Override
    public void close() {
        producer.close(Duration.ZERO);
        admin.close(Duration.ZERO);
    }
}
