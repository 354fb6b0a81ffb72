package io.mics.event;

import com.google.protobuf.MessageLite;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One tenant's accepted events, first in, first out, for one worker that exists only while there is work. What the
 * worker took still counts as queued until it is settled, so that the bounds and the ledger hold whatever happens.
 */
public final class TenantQueue {
    /** What became of an enqueued event. */
    public enum EnqueueResult {
        REFUSED,
        /** Accepted; a worker is at it. */
        QUEUED,
        /** Accepted; the caller starts the worker. */
        FIRST
    }

    /** What an event takes beside its data, about. */
    static final int ENTRY_BYTES = 512;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition arrived = lock.newCondition();
    private final Condition empty = lock.newCondition();
    private final Deque<QueuedEvent> waiting = new ArrayDeque<>();
    private final int maxEvents;
    private final long maxBytes;
    private final QueueBudget budget;
    private @Nullable MessageLite newest;
    private int queued;
    private long bytes;
    private boolean working;
    private boolean closed;

    /** A queue of at most so many events and bytes; 0 is unlimited. */
    public TenantQueue(int maxEvents, long maxBytes, QueueBudget budget) {
        this.maxEvents = maxEvents == 0 ? Integer.MAX_VALUE : maxEvents;
        this.maxBytes = maxBytes == 0 ? Long.MAX_VALUE : maxBytes;
        this.budget = budget;
    }

    /** Accepts an event, or refuses it when it would break a bound or the queue is closed. */
    public EnqueueResult enqueue(Event event, long number, long now) {
        int size = event.data().getSerializedSize() + ENTRY_BYTES;
        lock.lock();
        try {
            long charged = sharesBody(event) ? ENTRY_BYTES : size;
            if (closed || queued >= maxEvents || bytes + charged > maxBytes || !budget.tryTake(charged)) {
                return EnqueueResult.REFUSED;
            }
            waiting.add(new QueuedEvent(event, number, charged, size, now));
            newest = event.data();
            queued++;
            bytes += charged;
            arrived.signal();
            if (working) {
                return EnqueueResult.QUEUED;
            }
            working = true;
            return EnqueueResult.FIRST;
        } finally {
            lock.unlock();
        }
    }

    @SuppressWarnings("ReferenceEquality") // shared or not is the question, equal or not is none
    private boolean sharesBody(Event event) {
        return !waiting.isEmpty() && newest == event.data();
    }

    /**
     * Takes the oldest events, together at most {@code maxSize} bytes on the wire, at least one. Waits for the first
     * one for at most {@code nanos}; with 0 and nothing there, the worker's work is over and it must end.
     */
    public List<QueuedEvent> take(int most, long maxSize, long nanos) throws InterruptedException {
        List<QueuedEvent> taken = new ArrayList<>();
        long left = nanos;
        lock.lockInterruptibly();
        try {
            while (waiting.isEmpty() && left > 0) {
                left = arrived.awaitNanos(left);
            }
            long size = 0;
            for (QueuedEvent next = waiting.peek(); next != null; next = waiting.peek()) {
                size += next.size();
                if (taken.size() == most || (!taken.isEmpty() && size > maxSize)) {
                    break;
                }
                taken.add(waiting.remove());
            }
            working = !taken.isEmpty() || nanos > 0;
        } finally {
            lock.unlock();
        }
        return taken;
    }

    /** Settles a taken event: it is where it goes, or given up. */
    public void settle(QueuedEvent event) {
        lock.lock();
        try {
            queued--;
            bytes -= event.bytes();
            if (queued == 0) {
                empty.signalAll();
            }
        } finally {
            lock.unlock();
        }
        budget.release(1, event.bytes());
    }

    /** Accepts nothing more. */
    public void close() {
        lock.lock();
        try {
            closed = true;
        } finally {
            lock.unlock();
        }
    }

    /** Whether it accepts nothing more. */
    public boolean closed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until nothing is queued or the time is over; says whether nothing is. */
    public boolean awaitEmpty(long nanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = nanos;
            while (queued > 0 && left > 0) {
                left = empty.awaitNanos(left);
            }
            return queued == 0;
        } finally {
            lock.unlock();
        }
    }

    /** Gives up everything that is queued; says how many that were. */
    public int abandon() {
        lock.lock();
        try {
            int left = queued;
            budget.release(left, bytes);
            waiting.clear();
            queued = 0;
            bytes = 0;
            empty.signalAll();
            return left;
        } finally {
            lock.unlock();
        }
    }

    /** Events no worker took yet. */
    public int waiting() {
        lock.lock();
        try {
            return waiting.size();
        } finally {
            lock.unlock();
        }
    }

    /** Events accepted and not settled. */
    public int queued() {
        lock.lock();
        try {
            return queued;
        } finally {
            lock.unlock();
        }
    }
}
