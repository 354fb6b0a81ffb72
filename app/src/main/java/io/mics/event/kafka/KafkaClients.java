package io.mics.event.kafka;

import java.time.Duration;
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
import org.jspecify.annotations.Nullable;

/**
 * The client library's clients, configured so that nothing acknowledged is lost, repeated or overtaken. A producer has
 * one connection to a broker and one request on it, so what is large goes through a producer of its own: nobody's few
 * bytes wait behind somebody's megabytes.
 */
record KafkaClients(KafkaProducer<String, byte[]> usual, KafkaProducer<String, byte[]> bulk, Admin admin)
        implements AutoCloseable {
    /** A tenant's unacknowledged bytes are at most this part of the producer's memory. */
    static final int SHARE = 16;

    private static final long USUAL_MEMORY = 32L << 20;
    private static final long BULK_BYTES = 256L << 10;
    private static final int BATCH_BYTES = 64 << 10;
    private static final int RECONNECT_MS = 50;
    private static final int RETRY_MS = 50;
    private static final int FETCH_WAIT_MS = 50;
    private static final int RECONNECT_MAX_MS = 1_000;

    /** The memory of both producers. */
    static long memory(KafkaSettings settings) {
        return USUAL_MEMORY + bulkMemory(settings);
    }

    /** The memory for what is large; more than the usual only where records may be so. */
    static long bulkMemory(KafkaSettings settings) {
        long heapPart = Runtime.getRuntime().maxMemory() / 8;
        return Math.max(
                USUAL_MEMORY,
                Math.min(heapPart, (long) SHARE * settings.topics().maxRecordBytes()));
    }

    static KafkaClients open(KafkaSettings settings) {
        KafkaProducer<String, byte[]> usual = producer(settings, USUAL_MEMORY);
        @Nullable KafkaProducer<String, byte[]> bulk = null;
        try {
            bulk = producer(settings, bulkMemory(settings));
            return new KafkaClients(usual, bulk, Admin.create(shared(settings)));
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

    /** A consumer that belongs to no group and commits nothing. */
    static KafkaConsumer<String, byte[]> reader(KafkaSettings settings) {
        Map<String, Object> config = shared(settings);
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, FETCH_WAIT_MS);
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        return new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer());
    }

