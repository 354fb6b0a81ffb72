package io.mics.routing;

import io.mics.concurrent.ByteShares;
import io.mics.concurrent.VitalThreads;
import io.mics.observe.Log;
import io.mics.routing.WaitingMessage.SendingDevice;
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
 * Messages that wait for one node to answer, or for the directory: a lane for each sending device, tried in order from
 * its first. While attempts are in vain, lanes take turns, a few at one time: a node that does not answer is not asked
 * by all of them. Once they succeed more and more lanes go at a time, as their senders did before. A lane is gone as
 * soon as it is empty, which one shared by many senders might never be while they go on sending; with the last lane the
 * whole is over and used no more.
 */
final class Lanes {
    private static final Log LOG = Log.of(Lanes.class);

    /** Of one sending device, so that one cannot take all the room. */
    static final int LANE_MESSAGES = 1_000;

    static final long LANE_BYTES = 2 << 20;
    static final int MESSAGES = 16 * LANE_MESSAGES;
    static final long BYTES = 16 * LANE_BYTES;

    /** Attempts at one time while they are in vain. */
    static final int ATTEMPTS = 16;

    /** Attempts at one time at most. */
    static final int MOST_ATTEMPTS = 256;

    private final Pace pace;
    private final Attempt attempt;
    private final Runnable whenOver;
    private final ByteShares room;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<SendingDevice, Lane> lanes = new HashMap<>();
    /** Lanes whose first message nobody is trying. */
    private final Deque<Lane> turns = new ArrayDeque<>();

    private int messages;
    private long bytes;
    private int threads;
    private boolean over;

    /**
     * How patient everybody is.
     *
     * @param pause    of a lane, after an attempt in vain
     * @param patience of a sender, with its lane that is not stuck
     */
    record Pace(Duration pause, Duration patience) {
        /** A sender waits about as long as for one attempt of a call. */
        static final Pace USUAL = new Pace(Duration.ofMillis(200), Duration.ofMillis(250));
    }

    /** One try to get rid of a message. */
    interface Attempt {
        /** Whether the message need not be tried again. May block for a call's time. */
        boolean done(WaitingMessage message) throws InterruptedException;
    }

    /** What came of adding a message. */
    enum Admission {
        WAITS,
        /** It does not fit. */
        DROPPED,
        /** These lanes ran empty and are used no more: others take it. */
        OVER
    }

    /** What waits of one sending device. */
    private final class Lane {
        final SendingDevice sender;
        final Deque<WaitingMessage> waiting = new ArrayDeque<>();
        final Condition changed = lock.newCondition();
        long bytes;
        /** Whether the last attempt was in vain. */
        boolean stuck;

        Lane(SendingDevice sender) {
            this.sender = sender;
        }
    }

    /**
     * Empty lanes.
     *
     * @param room     is taken by the tenants whose messages wait, with all other lanes
     * @param whenOver run once, when the last lane is gone; inside a lock, so it must not block
     */
    Lanes(Pace pace, Attempt attempt, ByteShares room, Runnable whenOver) {
        this.room = room;
        this.pace = pace;
        this.attempt = attempt;
        this.whenOver = whenOver;
    }

    /** Adds a message behind what waits of its sender. */
    Admission add(WaitingMessage message) {
        SendingDevice sender = message.sender();
        long weight = message.weight();
        lock.lock();
        try {
            if (over) {
                return Admission.OVER;
            }
            Lane known = lanes.get(sender);
            Lane lane = known != null ? known : new Lane(sender);
            if (lane.waiting.size() >= LANE_MESSAGES
                    || lane.bytes + weight > LANE_BYTES
                    || messages >= MESSAGES
                    || bytes + weight > BYTES
                    || !room.tryTake(sender.tenant(), weight)) {
                endIfEmpty();
                return Admission.DROPPED;
            }
            count(lane, 1, weight);
            lane.waiting.add(message);
            if (known == null) {
                lanes.put(sender, lane);
                turns.add(lane);
                if (threads < ATTEMPTS) {
                    startThread();
                }
            }
            return Admission.WAITS;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Whether a message of {@code sender} has to go behind others. Waits a little for a lane that is not stuck: however
     * fast a device sends, it then does not add to its lane faster than that empties, and gets back to the direct way.
     */
    boolean holds(SendingDevice sender) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            Lane lane = lanes.get(sender);
            long left = pace.patience().toNanos();
            while (lane != null && !lane.stuck && left > 0) {
                left = lane.changed.awaitNanos(left);
                lane = lanes.get(sender);
            }
            return lane != null;
        } finally {
            lock.unlock();
        }
    }

    /** What waits of {@code sender}, the earliest first, the one being tried included. */
    List<WaitingMessage> of(SendingDevice sender) {
        lock.lock();
        try {
            Lane lane = lanes.get(sender);
            return lane == null ? List.of() : List.copyOf(lane.waiting);
        } finally {
            lock.unlock();
        }
    }

    private void startThread() {
        threads++;
        VitalThreads.start("redelivery", this::run);
    }

    private void run() {
        try {
            Optional<Lane> turn = turn();
            while (turn.isPresent()) {
                Lane lane = turn.get();
                if (succeeds(first(lane))) {
                    turn = advance(lane);
                } else {
                    stop(lane);
                    Thread.sleep(pace.pause());
                    turn = giveBack(lane);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A defect must not end the turns: the lane would never be empty, and hold its sender up for ever. */
    private boolean succeeds(WaitingMessage message) throws InterruptedException {
        try {
            return attempt.done(message);
        } catch (RuntimeException e) {
            LOG.error("redelivery_failed", e, "tenant", message.sender().tenant());
            return false;
        }
    }

    /** The next lane to be tried, by this thread alone; none ends the thread. */
    private Optional<Lane> turn() {
        lock.lock();
        try {
            return next();
        } finally {
            lock.unlock();
        }
    }

    private Optional<Lane> next() {
        Optional<Lane> next = Optional.ofNullable(turns.poll());
        threads -= next.isEmpty() ? 1 : 0;
        return next;
    }

    private WaitingMessage first(Lane lane) {
        lock.lock();
        try {
            return lane.waiting.element();
        } finally {
            lock.unlock();
        }
    }

    /** The first message need not wait any more; the next turn, which one more thread may share. */
    private Optional<Lane> advance(Lane lane) {
        lock.lock();
        try {
            long weight = lane.waiting.remove().weight();
            count(lane, -1, -weight);
            room.release(lane.sender.tenant(), weight);
            lane.stuck = false;
            if (lane.waiting.isEmpty()) {
                lanes.remove(lane.sender);
                lane.changed.signalAll();
                endIfEmpty();
            } else {
                turns.add(lane);
            }
            Optional<Lane> next = next();
            if (!turns.isEmpty() && threads < MOST_ATTEMPTS) {
                startThread();
            }
            return next;
        } finally {
            lock.unlock();
        }
    }

    private void stop(Lane lane) {
        lock.lock();
        try {
            lane.stuck = true;
            lane.changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** After an attempt in vain; none when there are more threads than such attempts may be. */
    private Optional<Lane> giveBack(Lane lane) {
        lock.lock();
        try {
            turns.add(lane);
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
        if (lanes.isEmpty()) {
            over = true;
            whenOver.run();
        }
    }

    private void count(Lane lane, int change, long weight) {
        messages += change;
        bytes += weight;
        lane.bytes += weight;
    }
}
