package io.mics.routing.delivery;

import io.mics.concurrent.CriticalThreads;
import io.mics.concurrent.SharedByteBudget;
import io.mics.observe.Log;
import io.mics.routing.delivery.WaitingMessage.SendingDevice;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Messages that wait for one node to answer, or for the directory: a queue for each sending device, retried in order
 * from its first. While attempts fail, queues take turns, a few at one time: a node that does not answer is not asked
 * by all of them. Once they succeed more and more queues go at a time, as their senders did before. A queue is removed
 * as soon as it is empty, which one shared by many senders might never be while they go on sending; with the last queue
 * the whole is over and used no more.
 *
 * <p>A sender waits up to 250 ms for its queue unless that is stuck: a fast one could fill it as fast as it empties. A
 * sending device has a sixteenth of the 16 000 messages and 32 MiB of a node.
 */
final class RedeliveryQueues {
    private static final Log LOG = Log.of(RedeliveryQueues.class);

    /** Of one sending device, so that one cannot take all the room. */
    static final int SENDER_MESSAGES = 1_000;

    static final long SENDER_BYTES = 2 << 20;
    static final int MESSAGES = 16 * SENDER_MESSAGES;
    static final long BYTES = 16 * SENDER_BYTES;

    /** Concurrent attempts while they fail. */
    static final int ATTEMPTS = 16;

    /** Concurrent attempts at most. */
    static final int MOST_ATTEMPTS = 256;

    private final Timing timing;
    private final Attempt attempt;
    private final Runnable whenOver;
    private final SharedByteBudget room;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<SendingDevice, SenderQueue> queues = new HashMap<>();
    /** Queues whose first message nobody is trying. */
    private final Deque<SenderQueue> turns = new ArrayDeque<>();

    private int messages;
    private long bytes;
    private int threads;
    private boolean over;

    /**
     * How long queues and senders wait.
     *
     * @param backoff of a queue, after a failed attempt
     * @param maxWait of a sender, for its queue that is not stuck
     */
    record Timing(Duration backoff, Duration maxWait) {
        /** A sender waits about as long as for one attempt of a call. */
        static final Timing USUAL = new Timing(Duration.ofMillis(200), Duration.ofMillis(250));
    }

    /** One try to get rid of a message. */
    interface Attempt {
        /** Whether the message need not be tried again. May block for a call's time. */
        boolean done(WaitingMessage message) throws InterruptedException;
    }

    /** What came of adding a message. */
    enum QueueAdmission {
        WAITS,
        /** It does not fit. */
        DROPPED,
        /** These queues ran empty and are used no more: add to new ones. */
        OVER
    }

    /** What waits of one sending device. */
    private final class SenderQueue {
        final SendingDevice sender;
        final Deque<WaitingMessage> waiting = new ArrayDeque<>();
        final Condition changed = lock.newCondition();
        long bytes;
        /** Whether the last attempt failed. */
        boolean stuck;

        SenderQueue(SendingDevice sender) {
            this.sender = sender;
        }
    }

    /**
     * Empty queues.
     *
     * @param room     is taken by the tenants whose messages wait, with the queues for all other nodes
     * @param whenOver run once, when the last queue is gone; inside a lock, so it must not block
     */
    RedeliveryQueues(Timing timing, Attempt attempt, SharedByteBudget room, Runnable whenOver) {
        this.room = room;
        this.timing = timing;
        this.attempt = attempt;
        this.whenOver = whenOver;
    }

    /** Adds a message behind what waits of its sender. */
    QueueAdmission add(WaitingMessage message) {
        SendingDevice sender = message.sender();
        long weight = message.weight();
        lock.lock();
        try {
            if (over) {
                return QueueAdmission.OVER;
            }
            SenderQueue known = queues.get(sender);
            SenderQueue queue = known != null ? known : new SenderQueue(sender);
            if (queue.waiting.size() >= SENDER_MESSAGES
                    || queue.bytes + weight > SENDER_BYTES
                    || messages >= MESSAGES
                    || bytes + weight > BYTES
                    || !room.tryTake(sender.tenant(), weight)) {
                endIfEmpty();
                return QueueAdmission.DROPPED;
            }
            count(queue, 1, weight);
            queue.waiting.add(message);
            if (known == null) {
                queues.put(sender, queue);
                turns.add(queue);
                if (threads < ATTEMPTS) {
                    startThread();
                }
            }
            return QueueAdmission.WAITS;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Whether a message of {@code sender} has to go behind others. Waits a little for a queue that is not stuck:
     * however fast a device sends, it then does not add to its queue faster than that empties, and gets back to direct
     * delivery.
     */
    boolean holds(SendingDevice sender) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            SenderQueue queue = queues.get(sender);
            long left = timing.maxWait().toNanos();
            while (queue != null && !queue.stuck && left > 0) {
                left = queue.changed.awaitNanos(left);
                queue = queues.get(sender);
            }
            return queue != null;
        } finally {
            lock.unlock();
        }
    }

    /** What waits of {@code sender}, the earliest first, the one being tried included. */
    List<WaitingMessage> of(SendingDevice sender) {
        lock.lock();
        try {
            SenderQueue queue = queues.get(sender);
            return queue == null ? List.of() : List.copyOf(queue.waiting);
        } finally {
            lock.unlock();
        }
    }

    private void startThread() {
        threads++;
        CriticalThreads.start("redelivery", this::run);
    }

    private void run() {
        try {
            Optional<SenderQueue> turn = turn();
            while (turn.isPresent()) {
                SenderQueue queue = turn.get();
                if (succeeds(first(queue))) {
                    turn = advance(queue);
                } else {
                    stop(queue);
                    Thread.sleep(timing.backoff());
                    turn = putBack(queue);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A defect must not end the turns: the queue would never be empty, and hold its sender up for ever. */
    private boolean succeeds(WaitingMessage message) throws InterruptedException {
        try {
            return attempt.done(message);
        } catch (RuntimeException e) {
            LOG.error("redelivery_failed", e, "tenant", message.sender().tenant());
            return false;
        }
    }

    /** The next queue to be tried, by this thread alone; none ends the thread. */
    private Optional<SenderQueue> turn() {
        lock.lock();
        try {
            return next();
        } finally {
            lock.unlock();
        }
    }

    private Optional<SenderQueue> next() {
        Optional<SenderQueue> next = Optional.ofNullable(turns.poll());
        threads -= next.isEmpty() ? 1 : 0;
        return next;
    }

    private WaitingMessage first(SenderQueue queue) {
        lock.lock();
        try {
            return queue.waiting.element();
        } finally {
            lock.unlock();
        }
    }

    /** The first message need not wait any more; the next turn, which one more thread may share. */
    private Optional<SenderQueue> advance(SenderQueue queue) {
        lock.lock();
        try {
            long weight = queue.waiting.remove().weight();
            count(queue, -1, -weight);
            room.release(queue.sender.tenant(), weight);
            queue.stuck = false;
            if (queue.waiting.isEmpty()) {
                queues.remove(queue.sender);
                queue.changed.signalAll();
                endIfEmpty();
            } else {
                turns.add(queue);
            }
            Optional<SenderQueue> next = next();
            if (!turns.isEmpty() && threads < MOST_ATTEMPTS) {
                startThread();
            }
            return next;
        } finally {
            lock.unlock();
        }
    }

    private void stop(SenderQueue queue) {
        lock.lock();
        try {
            queue.stuck = true;
            queue.changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** After a failed attempt; none when there are more threads than failing attempts may be. */
    private Optional<SenderQueue> putBack(SenderQueue queue) {
        lock.lock();
        try {
            turns.add(queue);
            if (threads > ATTEMPTS) {
                threads--;
                return Optional.empty();
            }
            return next();
        } finally {
            lock.unlock();
        }
    }

    private void endIfEmpty() {
        if (queues.isEmpty()) {
            over = true;
            whenOver.run();
        }
    }

    private void count(SenderQueue queue, int change, long weight) {
        messages += change;
        bytes += weight;
        queue.bytes += weight;
    }
}
