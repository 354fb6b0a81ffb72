package io.mics.kafka;

import io.mics.concurrent.HeapShare;
import io.mics.concurrent.SharedByteBudget;
import io.mics.kafka.KafkaSending.Fate;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.ProducerRecord;

/** A writer for each topic. Safe on any thread. */
public final class KafkaWriters implements AutoCloseable {
    private static final long MOST_BYTES = HeapShare.atMost(32L << 20, 2);

    private final KafkaSending sending;
    private final int attempts;
    private final SharedByteBudget room;
    private final Map<String, KafkaTopicWriter> writers = new ConcurrentHashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    /** Some room is free, or this is closed. */
    private final Condition freed = lock.newCondition();

    private volatile boolean closed;

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
        return enqueue(new KafkaTopicWriter.Entry(record, done));
    }

    /**
     * The same for a record that may be too large.
     *
     * @param smaller what is written then in its stead, and in its room; to the same topic
     */
    public boolean enqueue(
            ProducerRecord<String, byte[]> record,
            Supplier<ProducerRecord<String, byte[]>> smaller,
            Consumer<Fate> done) {
        return enqueue(new KafkaTopicWriter.Entry(record, Optional.of(smaller), done));
    }

    private boolean enqueue(KafkaTopicWriter.Entry entry) {
        KafkaTopicWriter writer = writers.computeIfAbsent(
                entry.record().topic(), topic -> new KafkaTopicWriter(sending, topic, attempts, room, this::signal));
        return !closed && writer.enqueue(entry);
    }

    /**
     * Takes a record to its topic; waits for room.
     *
     * @param done gets its fate once, on another thread; never when this is closed before that
     * @throws InterruptedException when this is closed, too: the record is not taken
     */
    public void put(ProducerRecord<String, byte[]> record, Consumer<Fate> done) throws InterruptedException {
        put(new KafkaTopicWriter.Entry(record, done));
    }

    /**
     * The same for a record that may be too large.
     *
     * @param smaller what is written then in its stead, and in its room; to the same topic
     */
    public void put(
            ProducerRecord<String, byte[]> record,
            Supplier<ProducerRecord<String, byte[]>> smaller,
            Consumer<Fate> done)
            throws InterruptedException {
        put(new KafkaTopicWriter.Entry(record, Optional.of(smaller), done));
    }

    private void put(KafkaTopicWriter.Entry entry) throws InterruptedException {
        if (enqueue(entry)) {
            return;
        }
        lock.lockInterruptibly();
        try {
            while (!enqueue(entry)) {
                if (closed) {
                    throw new InterruptedException("closed");
                }
                freed.await();
            }
        } finally {
            lock.unlock();
        }
    }

    private void signal() {
        lock.lock();
        try {
            freed.signalAll();
        } finally {
            lock.unlock();
        }
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
        closed = true;
        signal();
        writers.values().forEach(KafkaTopicWriter::close);
    }
}
