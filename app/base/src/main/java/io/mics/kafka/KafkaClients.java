package io.mics.kafka;

import io.mics.concurrent.HeapShare;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.jspecify.annotations.Nullable;

/**
 * The client library's clients, configured so that nothing acknowledged is lost, repeated or overtaken. A producer has
 * one connection to a broker and one request on it, so what is large goes through a producer of its own: nobody's few
 * bytes wait behind somebody's megabytes.
 *
 * <p>A broker accepts whatever sequence comes first to a new partition, so that a second request could overtake one
 * refused by a leader that was not ready; a broker handles one at a time anyway. Large is what is sent together and
 * has more than 256 KiB. The retry pause does not grow: its randomness is a fifth of it, and while the client looks
 * for one missing topic it holds all others' records back for as long as that.
 */
record KafkaClients(KafkaProducer<String, byte[]> usual, KafkaProducer<String, byte[]> bulk, Admin admin)
        implements AutoCloseable {
    /** Unacknowledged bytes of one who sends are at most this part of the producer's memory. */
    private static final int SHARE = 16;

    private static final long USUAL_MEMORY = HeapShare.atMost(32L << 20, 5);
    private static final long BULK_BYTES = 256L << 10;
    private static final int BATCH_BYTES = 64 << 10;
    private static final int RECONNECT_MS = 50;
    private static final int RETRY_MS = 50;
    private static final int RECONNECT_MAX_MS = 1_000;

    /** The memory of both producers. */
    static long memory(KafkaProducerSettings settings) {
        return USUAL_MEMORY + bulkMemory(settings);
    }

    /** The memory for what is large; more than the usual only where records may be so. */
    private static long bulkMemory(KafkaProducerSettings settings) {
        long heapPart = HeapShare.atMost(Long.MAX_VALUE, 8);
        return Math.max(USUAL_MEMORY, Math.min(heapPart, (long) SHARE * settings.maxRecordBytes()));
    }

    /** Bytes that one of those who send should send together at most. */
    static long batchBytes(KafkaProducerSettings settings) {
        return bulkMemory(settings) / SHARE;
    }

    static KafkaClients open(KafkaProducerSettings settings) {
        KafkaProducer<String, byte[]> usual = producer(settings, USUAL_MEMORY);
        @Nullable KafkaProducer<String, byte[]> bulk = null;
        try {
            bulk = producer(settings, bulkMemory(settings));
            return new KafkaClients(usual, bulk, Admin.create(shared(settings.connection())));
        } catch (RuntimeException e) {
            usual.close(Duration.ZERO);
            if (bulk != null) {
                bulk.close(Duration.ZERO);
            }
            throw e;
        }
    }

    /** The producer for so many bytes of values that are sent together. */
    KafkaProducer<String, byte[]> producer(long bytes) {
        return bytes > BULK_BYTES ? bulk : usual;
    }

    /** What all clients have in common. */
    static Map<String, Object> shared(KafkaConnection connection) {
        Map<String, Object> config = KafkaLogin.settings(connection.security());
        config.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, connection.bootstrapServers());
        config.put(AdminClientConfig.CLIENT_ID_CONFIG, "mics-" + connection.node());
        config.put(AdminClientConfig.RECONNECT_BACKOFF_MS_CONFIG, RECONNECT_MS);
        config.put(AdminClientConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, RECONNECT_MAX_MS);
        int request = (int) connection.request().toMillis();
        config.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, request);
        config.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, request);
        config.put(AdminClientConfig.ENABLE_METRICS_PUSH_CONFIG, false);
        return config;
    }

    private static KafkaProducer<String, byte[]> producer(KafkaProducerSettings settings, long memory) {
        Map<String, Object> config = shared(settings.connection());
        config.remove(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG);
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        // a broker takes any first sequence of a new partition: with more in flight, the second batch may be it
        config.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, settings.block().toMillis());
        config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int)
                settings.delivery().toMillis());
        config.put(ProducerConfig.BUFFER_MEMORY_CONFIG, memory);
        config.put(ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES);
        config.put(ProducerConfig.LINGER_MS_CONFIG, 0);
        // the client holds every record back from the earliest to the latest moment of a randomised pause, while it
        // looks for one missing topic: a fifth of this
        config.put(ProducerConfig.RETRY_BACKOFF_MS_CONFIG, RETRY_MS);
        config.put(ProducerConfig.RETRY_BACKOFF_MAX_MS_CONFIG, RETRY_MS);
        config.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, settings.maxRecordBytes());
        return new KafkaProducer<>(config, new StringSerializer(), new ByteArraySerializer());
    }

    /** Closes all at once; what was not acknowledged is not waited for. */
    @Override
    public void close() {
        usual.close(Duration.ZERO);
        bulk.close(Duration.ZERO);
        admin.close(Duration.ZERO);
    }
}
