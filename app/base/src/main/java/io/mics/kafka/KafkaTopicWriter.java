package io.mics.kafka;

import io.mics.concurrent.CriticalThreads;
import io.mics.concurrent.SharedByteBudget;
import io.mics.kafka.KafkaSending.Fate;
import io.mics.observe.Log;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * Records that wait for one topic: bounded, written in batches by a thread that exists only while there are some. A
 * batch is settled, retries included, before the next. While no broker answers everything waits.
 */
final class KafkaTopicWriter {
    private static final Log LOG = Log.of(KafkaTopicWriter.class);
    private static final int MOST = 2_000;
    private static final long MOST_BYTES = 8L << 20;
    private static final int BATCH = 500;
    private static final long BATCH_BYTES = 1L << 20;
    private static final long FIRST_PAUSE_MILLIS = 50;
    private static final long LONGEST_PAUSE_MILLIS = 5_000;

    private final KafkaSending sending;
    private final String topic;
    private final int attempts;
    private final SharedByteBudget room;
    private final Runnable freed;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition empty = lock.newCondition();
    private final Deque<Entry> waiting = new ArrayDeque<>();
    private long bytes;
    private int writing;
    private @Nullable Thread thread;
    private boolean closed;

    /**
     * A record and what to call with its fate.
     *
     * @param smaller what is written in its stead when it is too large
     */
    record Entry(
            ProducerRecord<String, byte[]> record,
            Optional<Supplier<ProducerRecord<String, byte[]>>> smaller,
            Consumer<Fate> done) {
        Entry(ProducerRecord<String, byte[]> record, Consumer<Fate> done) {
            this(record, Optional.empty(), done);
        }

        int size() {
            return record.value() == null ? 0 : record.value().length;
        }
    }

    /**
     * A writer to {@code topic} that gives a record up after so many attempts; 0 never does.
     *
     * @param room  is taken for every record until it is settled, with all other topics
     * @param freed called whenever there may be room again
     */
    KafkaTopicWriter(KafkaSending sending, String topic, int attempts, SharedByteBudget room, Runnable freed) {
        this.room = room;
        this.freed = freed;
        this.sending = sending;
        this.topic = topic;
        this.attempts = attempts;
    }

    /**
     * Takes a record; false: there is no room. {@code done} gets its fate once, on the writer's thread, and never
     * when the writer is closed before that.
     */
    boolean enqueue(Entry entry) {
        lock.lock();
        try {
            boolean full = waiting.size() >= MOST || (!waiting.isEmpty() && bytes + entry.size() > MOST_BYTES);
            if (closed || full || !room.tryTake(topic, entry.size())) {
                return false;
            }
            waiting.add(entry);
            bytes += entry.size();
            if (thread == null) {
                thread = CriticalThreads.start("write-" + topic, this::work);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void work() {
        try {
            for (List<Entry> batch = take(); !batch.isEmpty(); batch = take()) {
                freed.run();
                try {
                    write(batch);
                } catch (RuntimeException e) {
                    LOG.error("records_lost", e, "topic", topic, "count", batch.size());
                } finally {
                    batch.forEach(this::release);
                    freed.run();
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("topic_writer_ended", "topic", topic);
        }
    }

    /** The next batch; an empty one ends the thread. */
    private List<Entry> take() {
        List<Entry> batch = new ArrayList<>();
        lock.lock();
        try {
            long size = 0;
            while (!closed && !waiting.isEmpty() && batch.size() < BATCH) {
                size += waiting.element().size();
                if (size > BATCH_BYTES && !batch.isEmpty()) {
                    break;
                }
                Entry entry = waiting.remove();
                bytes -= entry.size();
                batch.add(entry);
            }
            writing = batch.size();
            if (batch.isEmpty()) {
                thread = null;
                empty.signalAll();
            }
            return batch;
        } finally {
            lock.unlock();
        }
    }

    private void write(List<Entry> batch) throws InterruptedException {
        List<Entry> pending = batch;
        int failures = 0;
        while (!pending.isEmpty()) {
            KafkaSending.Round round =
                    sending.send(topic, pending.stream().map(Entry::record).toList());
            failures = round.failed() && !round.inconclusive() ? failures + 1 : 0;
            boolean last = attempts > 0 && failures >= attempts;
            List<Entry> retried = new ArrayList<>();
            for (int i = 0; i < pending.size(); i++) {
                Entry entry = pending.get(i);
                Fate fate = round.fates().get(i);
                if (fate instanceof Fate.Failed && !last) {
                    retried.add(entry);
                } else if (fate instanceof Fate.TooLarge && entry.smaller().isPresent()) {
                    // has the room of the one that was too large
                    retried.add(new Entry(entry.smaller().get().get(), entry.done()));
                } else {
                    settle(entry, fate);
                }
            }
            pending = retried;
            if (!pending.isEmpty() && round.failed()) {
                long pause = FIRST_PAUSE_MILLIS << Math.min(failures, 10);
                TimeUnit.MILLISECONDS.sleep(Math.min(LONGEST_PAUSE_MILLIS, pause));
            }
        }
    }

    private void release(Entry entry) {
        room.release(topic, entry.size());
    }

    private void settle(Entry entry, Fate fate) {
        try {
            entry.done().accept(fate);
        } catch (RuntimeException e) {
            LOG.error("record_outcome_failed", e, "topic", topic);
        }
    }

    /** Takes nothing more and ends; what was not written is not. */
    void close() {
        Thread running;
        lock.lock();
        try {
            closed = true;
            running = thread;
            waiting.forEach(this::release);
            waiting.clear();
        } finally {
            lock.unlock();
        }
        if (running != null) {
            running.interrupt();
        }
    }

    /** Waits until nothing is left to write, for {@code nanos} at most. */
    void awaitEmpty(long nanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = nanos;
            while (waiting.size() + writing > 0 && left > 0) {
                left = empty.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Records that are not written. */
    int size() {
        lock.lock();
        try {
            return waiting.size() + writing;
        } finally {
            lock.unlock();
        }
    }
}
