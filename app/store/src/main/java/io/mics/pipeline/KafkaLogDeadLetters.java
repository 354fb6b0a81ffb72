package io.mics.pipeline;

import io.mics.concurrent.HeapShare;
import io.mics.event.kafka.KafkaHookHeaders;
import io.mics.event.kafka.KafkaHookTopics;
import io.mics.kafka.KafkaSending;
import io.mics.kafka.KafkaSending.Fate;
import io.mics.kafka.KafkaWriters;
import io.mics.observe.Log;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Records of conversations' topics that nothing can be done with, on their way to the dead letter topic of theirs:
 * written again and again until they are there.
 */
final class KafkaLogDeadLetters implements AutoCloseable {
    private static final long MOST_BYTES = HeapShare.atMost(16L << 20, 1);
    private static final Log LOG = Log.of(KafkaLogDeadLetters.class);
    private static final int CAUSE_CHARS = 500;

    private final KafkaWriters writers;

    KafkaLogDeadLetters(KafkaSending sending) {
        this.writers = new KafkaWriters(sending, 0, MOST_BYTES);
    }

    static long mostBytes() {
        return MOST_BYTES;
    }

    /**
     * Takes a record; waits for room. One that is too large goes without its value.
     *
     * @param safe called once the letter is there
     */
    void put(ConsumerRecord<String, byte[]> record, String cause, Runnable safe) throws InterruptedException {
        writers.put(letter(record, cause, true), () -> letter(record, cause, false), fate -> {
            if (!(fate instanceof Fate.Arrived)) {
                LOG.warn("dead_letter_lost", "topic", record.topic(), "cause", fate.cause());
            }
            if (!(fate instanceof Fate.Failed)) {
                safe.run();
            }
        });
    }

    private static ProducerRecord<String, byte[]> letter(
            ConsumerRecord<String, byte[]> record, String cause, boolean whole) {
        Headers headers = new RecordHeaders(record.headers().toArray());
        put(headers, KafkaHookHeaders.IDENTITY, record.topic() + "/" + record.partition() + "/" + record.offset());
        put(headers, KafkaHookHeaders.CAUSE, cause.length() <= CAUSE_CHARS ? cause : cause.substring(0, CAUSE_CHARS));
        put(headers, KafkaHookHeaders.ORIGINAL_TOPIC, record.topic());
        put(headers, KafkaHookHeaders.DEAD_AT, Long.toString(System.currentTimeMillis()));
        if (!whole) {
            put(headers, KafkaHookHeaders.VALUE_BYTES, Integer.toString(record.serializedValueSize()));
        }
        return new ProducerRecord<>(
                KafkaHookTopics.deadLettersOf(record.topic()),
                null,
                record.key(),
                whole ? record.value() : null,
                headers);
    }

    private static void put(Headers headers, String name, String value) {
        KafkaHookHeaders.put(headers, name, value);
    }

    /** Gives what waits {@code nanos} to leave. */
    void flush(long nanos) throws InterruptedException {
        writers.flush(nanos);
    }

    @Override
    public void close() {
        writers.close();
    }
}
