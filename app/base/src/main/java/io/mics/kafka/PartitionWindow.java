package io.mics.kafka;

import io.mics.kafka.KafkaTasks.Due;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What was read of one partition and is not committed: the tasks not submitted yet, by when they are due, and how far
 * everything is settled. Used by one thread; only settling comes from others.
 */
final class PartitionWindow<T> {
    /** One record; {@code open} tasks of it are not settled. */
    private record Entry(long offset, int bytes, AtomicInteger open) {}

    /**
     * A task not submitted yet.
     *
     * @param settled to be called once it is settled
     */
    record Waiting<T>(T task, long dueMs, long offset, Runnable settled) {}

    private final Deque<Entry> entries = new ArrayDeque<>();
    private final PriorityQueue<Waiting<T>> waiting = new PriorityQueue<>(
            Comparator.<Waiting<T>>comparingLong(Waiting::dueMs).thenComparingLong(Waiting::offset));
    private long onceUpTo;
    private long next;
    private long committed = -1;
    private long bytes;

    /** Of records below {@code onceUpTo}, tasks that may not be done twice were submitted. */
    PartitionWindow(long onceUpTo) {
        this.onceUpTo = onceUpTo;
    }

    /** Adds a record. */
    void add(long offset, int size, List<Due<T>> tasks) {
        AtomicInteger open = new AtomicInteger(tasks.size());
        entries.add(new Entry(offset, size, open));
        bytes += size;
        next = offset + 1;
        tasks.forEach(due -> waiting.add(new Waiting<>(due.task(), due.dueMs(), offset, open::decrementAndGet)));
    }

    /** Forgets the records from {@code offset} on, of which nothing was submitted yet. */
    void rewind(long offset) {
        while (!entries.isEmpty() && entries.getLast().offset() >= offset) {
            bytes -= entries.removeLast().bytes();
        }
        waiting.removeIf(each -> each.offset() >= offset);
        next = offset;
    }

    /** The first task that is due by {@code nowMs}; it stays. */
    @Nullable
    Waiting<T> due(long nowMs) {
        Waiting<T> first = waiting.peek();
        return first == null || first.dueMs() > nowMs ? null : first;
    }

    /** Takes the first task away. */
    void submitted() {
        waiting.remove();
    }

    /** Milliseconds until the first task is due; {@code most} when there is none or it is later. */
    long untilDue(long nowMs, long most) {
        Waiting<T> first = waiting.peek();
        return first == null ? most : Math.clamp(first.dueMs() - nowMs, 0, most);
    }

    /** Everything below this offset is settled. */
    long settledUpTo() {
        Entry first = entries.peek();
        while (first != null && first.open().get() == 0) {
            bytes -= entries.remove().bytes();
            first = entries.peek();
        }
        return first == null ? next : first.offset();
    }

    /** Whether something was settled that is not committed. */
    boolean isUncommitted() {
        return !(entries.isEmpty() && next == 0) && settledUpTo() != committed;
    }

    /** What was settled up to {@code offset} is committed. */
    void committed(long offset) {
        committed = offset;
    }

    long onceUpTo() {
        return onceUpTo;
    }

    /** Tasks that may not be done twice are submitted of the records below {@code offset}. */
    void onceUpTo(long offset) {
        onceUpTo = offset;
    }

    /** The offset after the last one read. */
    long next() {
        return next;
    }

    int size() {
        return entries.size();
    }

    long bytes() {
        return bytes;
    }
}
