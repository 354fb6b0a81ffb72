package io.mics.lifecycle;

import io.mics.observe.Log;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Sends every client away, gently: no new connections, then close after close paced over the drain time, each with its
 * own moment to come back. What is being handled is finished first.
 */
public final class Draining {
    private static final Log LOG = Log.of(Draining.class);
    /** The last part of the drain time is left for clients to close their connections. */
    private static final double PACED_SHARE = 0.8;

    /** What is due, or changes, within this time is handled together. */
    private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final Drainable sessions;
    private final Supplier<Duration> time;
    private final Supplier<Duration> least;
    private volatile boolean begun;
    private volatile long end = System.nanoTime();

    /**
     * A drain that takes at most about {@code time}, but never less than {@code least}, so that whoever asks for the
     * node's readiness sees it end before its ports do; both are asked for when it begins.
     */
    public Draining(Drainable sessions, Supplier<Duration> time, Supplier<Duration> least) {
        this.sessions = sessions;
        this.time = time;
        this.least = least;
    }

    /** Whether new connections are to be refused. */
    public boolean begun() {
        return begun;
    }

    /** What is left of the drain time. */
    public Duration left() {
        return Duration.ofNanos(Math.max(0, end - System.nanoTime()));
    }

    /**
     * Drains; blocks until the last session is gone or the time is over, and for the least time in any case. A second
     * call does nothing.
     */
    public void run() {
        if (begun) {
            return;
        }
        begun = true;
        Duration limit = time.get();
        Duration atLeast = least.get();
        List<Drainable.Client> clients = sessions.clients();
        LOG.info("drain_started", "sessions", clients.size(), "seconds", limit.toSeconds());
        long start = System.nanoTime();
        end = start + limit.toNanos();
        long paced = (long) (limit.toNanos() * PACED_SHARE);
        for (int i = 0; i < clients.size(); i++) {
            waitUntil(start + paced * i / clients.size());
            sendAway(clients.get(i), limit);
        }
        awaitEnds(start, limit, atLeast);
        sessions.clients().forEach(Drainable.Client::stop);
        LOG.info("drain_completed", "left", sessions.clients().size());
    }

    private void awaitEnds(long start, Duration limit, Duration atLeast) {
        long longest = Math.max(limit.toNanos(), atLeast.toNanos());
        while (!Thread.currentThread().isInterrupted()) {
            long seen = sessions.changes();
            // a handshake that was in flight when the drain began may have become a session since
            sessions.clients().forEach(late -> sendAway(late, limit));
            long left = start + (sessions.open() > 0 ? longest : atLeast.toNanos()) - System.nanoTime();
            if (left <= 0) {
                return;
            }
            sessions.awaitChange(seen, left);
            if (sessions.open() > 0) {
                // many leave at about one time, and each look is at all of them
                LockSupport.parkNanos(STEP_NANOS);
            }
        }
    }

    private static void sendAway(Drainable.Client client, Duration limit) {
        client.drain(Duration.ofMillis(ThreadLocalRandom.current().nextLong(limit.toMillis() + 1)));
    }

    private static void waitUntil(long nanos) {
        long left = nanos - System.nanoTime();
        while (left > STEP_NANOS && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(left);
            left = nanos - System.nanoTime();
        }
    }
}
