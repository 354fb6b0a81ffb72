package io.mics.session;

import io.mics.protocol.Delivery;
import io.mics.protocol.Payload;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What waits to be written to one connection: bounded in frames and bytes, written by one writer at a time. Until
 * {@link #release} live deliveries wait behind the backlog; answers to the device never wait. A frame stays counted
 * until it is {@link #written}, so that what a lost socket did not take is known.
 */
public final class OutboundQueue {
    /** What became of an enqueued frame. */
    public enum EnqueueResult {
        QUEUED,
        /** Queued, and the caller must start the writer. */
        START_WRITER,
        OVERFLOW,
        CLOSED
    }

    private final int maxFrames;
    private final long maxBytes;
    private final boolean dropOldest;
    private final OutboundBudget budget;

    // all below under the monitor of this
    private final Deque<Payload> ready = new ArrayDeque<>(2);
    private @Nullable Deque<Payload> held = new ArrayDeque<>(0);
    private List<Payload> writing = List.of();
    private int frames;
    private long bytes;
    private long retained;
    private long dropped;
    private boolean claimed;
    private boolean closed;
    private boolean backlogPending = true;
    private boolean missedPending;
    private final List<Delivery> unsent = new ArrayList<>(0);
    private final List<Thread> waiting = new ArrayList<>(0);

    /**
     * An empty queue that holds live deliveries back.
     *
     * @param maxFrames  frames held; 0 is unlimited
     * @param maxBytes   bytes held, one frame of any size always fits; 0 is unlimited
     * @param dropOldest whether an overflow drops the oldest deliveries instead of being refused
     */
    public OutboundQueue(int maxFrames, long maxBytes, boolean dropOldest, OutboundBudget budget) {
        this.maxFrames = maxFrames == 0 ? Integer.MAX_VALUE : maxFrames;
        this.maxBytes = maxBytes == 0 ? Long.MAX_VALUE : maxBytes;
        this.dropOldest = dropOldest;
        this.budget = budget;
    }

    /** Queues a frame, a delivery behind the backlog while that is being queued. */
    public EnqueueResult enqueue(Payload frame) {
        synchronized (this) {
            if (closed) {
                return EnqueueResult.CLOSED;
            }
            if (!fits(frame) && !(dropOldest && makeRoom(frame))) {
                return EnqueueResult.OVERFLOW;
            }
            Deque<Payload> waiting = held;
            return waiting == null || frame.delivery() == null ? add(frame, ready, true) : add(frame, waiting, false);
        }
    }

    /** Queues an answer without claiming the writer; it goes out with the next {@link #claim}, whoever makes it. */
    public EnqueueResult enqueueWithoutWakeup(Payload frame) {
        synchronized (this) {
            if (closed) {
                return EnqueueResult.CLOSED;
            }
            if (!fits(frame) && !(dropOldest && makeRoom(frame))) {
                return EnqueueResult.OVERFLOW;
            }
            return add(frame, ready, false);
        }
    }

    /**
     * Queues a delivery of the backlog, ahead of live ones that are held. It fills half of the queue, so that live ones
     * find room beside it; {@code OVERFLOW} means: wait for room.
     */
    public EnqueueResult enqueueBacklog(Payload frame) {
        synchronized (this) {
            if (closed) {
                return EnqueueResult.CLOSED;
            }
            boolean fits = frames == 0 || (frames < maxFrames / 2 && bytes + frame.length() <= maxBytes / 2);
            return fits ? add(frame, ready, true) : EnqueueResult.OVERFLOW;
        }
    }

    /** Live deliveries wait for {@link #releaseMissed}, too. */
    public void awaitMissed() {
        synchronized (this) {
            missedPending = true;
        }
    }

    /** What a device missed is queued: live deliveries follow, unless a backlog comes first. */
    public EnqueueResult releaseMissed() {
        synchronized (this) {
            missedPending = false;
            return releaseLive();
        }
    }

    /** Lets live deliveries follow. Says {@code START_WRITER} when some were waiting and nobody writes. */
    public EnqueueResult release() {
        synchronized (this) {
            backlogPending = false;
            return releaseLive();
        }
    }

    private EnqueueResult releaseLive() {
        if (held == null || backlogPending || missedPending) {
            return EnqueueResult.QUEUED;
        }
        ready.addAll(held);
        held = null;
        return claimIfWork();
    }

    /** Claims the writer's part; the claimer must {@link #take} until it gets nothing. */
    public boolean claim() {
        synchronized (this) {
            return claimIfWork() == EnqueueResult.START_WRITER;
        }
    }

    /**
     * Moves frames to the writer until {@code limit} bytes are reached, at least one. Nothing to move ends the claim.
     */
    public List<Payload> take(long limit) {
        synchronized (this) {
            if (ready.isEmpty()) {
                claimed = false;
                return List.of();
            }
            List<Payload> taken = new ArrayList<>(ready.size());
            long size = 0;
            do {
                Payload frame = ready.remove();
                size += frame.length();
                taken.add(frame);
            } while (!ready.isEmpty() && size + ready.element().length() <= limit);
            writing = taken;
            return taken;
        }
    }

    /** What was taken last has reached the socket, and is answered. */
    public List<Payload> written() {
        synchronized (this) {
            List<Payload> done = writing;
            frames -= done.size();
            done.forEach(this::subtract);
            writing = List.of();
            wakeWaiting();
            return done;
        }
    }

    /** Blocks until something was written, the queue is closed, or {@code nanos} have passed. */
    public void awaitWritten(long nanos) {
        await(() -> closed || frames == 0, nanos);
    }

    /** Gives a write that is in flight {@code nanos} to end, so that it is known whether its frames were taken. */
    public void awaitWriter(long nanos) {
        await(() -> writing.isEmpty(), nanos);
    }

    private void await(BooleanSupplier nothingToWaitFor, long nanos) {
        synchronized (this) {
            if (nothingToWaitFor.getAsBoolean()) {
                return;
            }
            waiting.add(Thread.currentThread());
        }
        LockSupport.parkNanos(this, nanos);
    }

    private void wakeWaiting() {
        waiting.forEach(LockSupport::unpark);
        waiting.clear();
    }

    /** How many deliveries were dropped since the last call. */
    public long takeDropped() {
        synchronized (this) {
            long count = dropped;
            dropped = 0;
            return count;
        }
    }

    /**
     * Takes no more frames. What is queued is still written, unless {@code discard} is set; then the writer finds the
     * queue empty and {@link #isClosed closed}, and writes the close frame.
     *
     * @return {@code START_WRITER} when the caller must start it for that, {@code CLOSED} when it was closed before
     */
    public EnqueueResult close(boolean discard) {
        synchronized (this) {
            EnqueueResult outcome =
                    closed ? EnqueueResult.CLOSED : claimed ? EnqueueResult.QUEUED : EnqueueResult.START_WRITER;
            closed = true;
            claimed |= outcome == EnqueueResult.START_WRITER;
            if (held != null && !discard) {
                ready.addAll(held);
                held = null;
            }
            if (discard) {
                discard(ready);
                if (held != null) {
                    discard(held);
                    held = null;
                }
            }
            wakeWaiting();
            return outcome;
        }
    }

    /** Whether it takes no more frames. */
    public boolean isClosed() {
        synchronized (this) {
            return closed;
        }
    }

    /** Ends the queue and gives the deliveries no socket has taken, oldest first. */
    public List<Delivery> takeUnsent() {
        synchronized (this) {
            List<Delivery> all = new ArrayList<>(deliveries(writing));
            close(true);
            all.addAll(unsent);
            unsent.clear();
            writing = List.of();
            frames = 0;
            bytes = 0;
            budget.release(retained);
            retained = 0;
            return all;
        }
    }

    /** Bytes waiting. */
    public long bytes() {
        synchronized (this) {
            return bytes;
        }
    }

    /** Frames waiting. */
    public int frames() {
        synchronized (this) {
            return frames;
        }
    }

    private boolean fits(Payload frame) {
        return frames == 0 || (frames < maxFrames && bytes + frame.length() <= maxBytes);
    }

    private EnqueueResult add(Payload frame, Deque<Payload> to, boolean claim) {
        to.add(frame);
        frames++;
        bytes += frame.length();
        retained += frame.retained();
        budget.add(frame.retained());
        return claim ? claimIfWork() : EnqueueResult.QUEUED;
    }

    private EnqueueResult claimIfWork() {
        if (claimed || closed || ready.isEmpty()) {
            return EnqueueResult.QUEUED;
        }
        claimed = true;
        return EnqueueResult.START_WRITER;
    }

    /** Nobody will write these; they stop counting at once, so that no other session is closed for them. */
    private void discard(Deque<Payload> queue) {
        unsent.addAll(deliveries(queue));
        for (Payload frame : queue) {
            frames--;
            subtract(frame);
        }
        queue.clear();
    }

    /** Drops the oldest deliveries, never an answer, until {@code frame} fits. */
    private boolean makeRoom(Payload frame) {
        dropFrom(ready, frame);
        if (held != null && !fits(frame)) {
            dropFrom(held, frame);
        }
        return fits(frame);
    }

    private void dropFrom(Deque<Payload> queue, Payload frame) {
        for (Iterator<Payload> i = queue.iterator(); i.hasNext() && !fits(frame); ) {
            Payload oldest = i.next();
            if (oldest.delivery() != null) {
                i.remove();
                frames--;
                subtract(oldest);
                dropped++;
            }
        }
    }

    private void subtract(Payload frame) {
        bytes -= frame.length();
        retained -= frame.retained();
        budget.release(frame.retained());
    }

    private static List<Delivery> deliveries(Iterable<Payload> frames) {
        List<Delivery> found = new ArrayList<>();
        for (Payload frame : frames) {
            Delivery delivery = frame.delivery();
            if (delivery != null) {
                found.add(delivery);
            }
        }
        return found;
    }
}
