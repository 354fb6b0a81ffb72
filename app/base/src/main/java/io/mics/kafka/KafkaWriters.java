package io.mics.kafka;

import io.mics.concurrent.HeapShare;
import io.mics.concurrent.SharedByteBudget;
import io.mics.kafka.KafkaSending.Fate;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.ProducerRecord;

/** A writer for each topic. Safe on any thread. */
public final class KafkaWriters implements AutoCloseable {
    private static final long MOST_BYTES = HeapShare.atMost(32L << 20, 2);

    private final KafkaSending sending;
    private final int attempts;
    private final SharedByteBudget room;
    private final Map<String, KafkaTopicWriter> writers = new ConcurrentHashMap<>();

    /** Writers that give a record up after so many attempts; 0 never does. */
    public KafkaWriters(KafkaSending sending, int attempts) {
        this(sending, attempts, MOST_BYTES);
    }

    /** The same for records that have {@code mostBytes} together until they are settled. */
    public KafkaWriters(KafkaSending sending, int attempts, long mostBytes) {
        this.sending = sending;
        this.attempts = attempts;
        this.room = SharedByteBudget.halfEach(mostBytes);
    }

    /** Bytes of records that are not settled, all topics of one of these together, in this process. */
    public static long mostBytes() {
        return MOST_BYTES;
    }

    /** Takes a record to its topic; false: there is no room. */
    public boolean enqueue(ProducerRecord<String, byte[]> record, Consumer<Fate> done) {
        return writers.computeIfAbsent(record.topic(), topic -> new KafkaTopicWriter(sending, topic, attempts, room))
                .enqueue(record, done);
    }

    /** Gives what waits {@code nanos} to leave. */
    public void flush(long nanos) throws InterruptedException {
        long end = System.nanoTime() + nanos;
        // what one topic does not take may go to another
        while (size() > 0 && System.nanoTime() - end < 0) {
            for (KafkaTopicWriter writer : writers.values()) {
                writer.awaitEmpty(end - System.nanoTime());
            }
        }
    }

    /** Records that are not written. */
    public int size() {
        return writers.values().stream().mapToInt(KafkaTopicWriter::size).sum();
    }

    @Override
    public void close() {
        writers.values().forEach(KafkaTopicWriter::close);
    }
}
