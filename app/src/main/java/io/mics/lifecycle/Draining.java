package io.mics.lifecycle;

import io.mics.observe.Log;
import io.mics.protocol.CloseCode;
import io.mics.session.Session;
import io.mics.session.SessionRegistry;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;
import java.util.function.Supplier;

/**
 * Sends every client away, gently: no new connections, then close after close paced over the drain time, each with its
 * own moment to come back. What is being handled is finished first.
 */
public final class Draining {
    private static final Log LOG = Log.of(Draining.class);
    /** The last part of the drain time is kept for good-byes. */
    private static final double PACED_SHARE = 0.8;

    private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private final SessionRegistry registry;
    private final IntSupplier open;
    private final Supplier<Duration> time;
    private final Supplier<Duration> least;
    private volatile boolean begun;
    private volatile long end = System.nanoTime();

    /**
     * A drain that takes at most about {@code time}, but never less than {@code least}, so that whoever asks for the
     * node's readiness sees it end before its ports do; both are asked for when it begins.
     *
     * @param open sessions whose end is not complete; what they leave may still be on its way
     */
    public Draining(SessionRegistry registry, IntSupplier open, Supplier<Duration> time, Supplier<Duration> least) {
        this.registry = registry;
        this.open = open;
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
        long atLeast = least.get().toNanos();
        List<Session> sessions = registry.all().toList();
        LOG.info("draining", "sessions", sessions.size(), "seconds", limit.toSeconds());
        long start = System.nanoTime();
        end = start + limit.toNanos();
        long paced = (long) (limit.toNanos() * PACED_SHARE);
        for (int i = 0; i < sessions.size(); i++) {
            waitUntil(start + paced * i / sessions.size());
            sendAway(sessions.get(i), limit);
        }
        while (System.nanoTime() - start < (open.getAsInt() > 0 ? Math.max(limit.toNanos(), atLeast) : atLeast)) {
            // a handshake that was under way when the drain began may have become a session since
            registry.all().filter(late -> late.closing() == null).forEach(late -> sendAway(late, limit));
            LockSupport.parkNanos(STEP_NANOS);
        }
        registry.all().forEach(late -> late.close(CloseCode.GOING_AWAY, "server stopping"));
        LOG.info("drained", "left", registry.size());
    }

    private static void sendAway(Session session, Duration limit) {
        long reconnect = ThreadLocalRandom.current().nextLong(limit.toMillis() + 1);
        session.close(CloseCode.DRAINING, "draining; reconnect=" + reconnect + "ms");
    }

    private static void waitUntil(long nanos) {
        long left = nanos - System.nanoTime();
        while (left > STEP_NANOS && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(left);
            left = nanos - System.nanoTime();
        }
    }
}
