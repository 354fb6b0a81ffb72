package io.mics.concurrent;

import java.util.BitSet;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A circuit breaker: refuses calls for a while when a backend keeps failing, then lets one through to see.
 *
 * <p>Opens after a number of consecutive failures, or when more than 30 % of the last 100 calls failed, 20 at least.
 * What a call started before the last change of state says is ignored. Safe on any thread; never blocks for long.
 */
public final class CircuitBreaker {
    /** What {@link #enter} answers when the call must not be made. */
    public static final long REFUSED = -1;

    /** Where a breaker stands. */
    public enum State {
        CLOSED,
        OPEN,
        /** One call is under way to see whether the backend is well again. */
        HALF_OPEN
    }

    private static final int WINDOW = 100;
    private static final int ENOUGH = 20;
    private static final double RATE = 0.3;

    private final ReentrantLock lock = new ReentrantLock();
    private final BitSet failed = new BitSet(WINDOW);
    private State state = State.CLOSED;
    private long epoch;
    private long openedAt;
    private int consecutive;
    private int calls;
    private int next;

    /** Whether a call would be refused now. */
    public boolean refuses(int failures, long openNanos, long now) {
        lock.lock();
        try {
            return failures > 0 && blocked(openNanos, now);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Asks to make a call.
     *
     * @param failures  consecutive failures that open the breaker; 0 never opens it, and closes it if it is open
     * @param openNanos how long it stays open; 0 does not wait
     * @param now       a reading of {@link System#nanoTime()}
     * @return the call's ticket, owed to {@link #leave} or {@link #abandon}, or {@link #REFUSED}
     */
    public long enter(int failures, long openNanos, long now) {
        lock.lock();
        try {
            if (failures <= 0) {
                if (state != State.CLOSED) {
                    become(State.CLOSED);
                }
                return epoch;
            }
            if (blocked(openNanos, now)) {
                return REFUSED;
            }
            if (state == State.OPEN) {
                become(State.HALF_OPEN);
            }
            return epoch;
        } finally {
            lock.unlock();
        }
    }

    /** Tells how a call ended, and says whether that opened the breaker. */
    public boolean leave(long ticket, boolean success, int failures, long now) {
        lock.lock();
        try {
            if (ticket != epoch || failures <= 0) {
                return false;
            }
            if (state == State.HALF_OPEN) {
                openedAt = now;
                become(success ? State.CLOSED : State.OPEN);
                return !success;
            }
            failed.set(next, !success);
            next = (next + 1) % WINDOW;
            calls = Math.min(calls + 1, WINDOW);
            consecutive = success ? 0 : consecutive + 1;
            if (consecutive >= failures || (calls >= ENOUGH && failed.cardinality() > RATE * calls)) {
                openedAt = now;
                become(State.OPEN);
            }
            return state == State.OPEN;
        } finally {
            lock.unlock();
        }
    }

    /** Tells that a call ended without saying anything about the backend; a probe may be made again at once. */
    public void abandon(long ticket) {
        lock.lock();
        try {
            if (ticket == epoch && state == State.HALF_OPEN) {
                become(State.OPEN);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Where it stands; an open breaker becomes half-open only by a call. */
    public State state() {
        lock.lock();
        try {
            return state;
        } finally {
            lock.unlock();
        }
    }

    private boolean blocked(long openNanos, long now) {
        return switch (state) {
            case CLOSED -> false;
            case OPEN -> now - openedAt < openNanos;
            case HALF_OPEN -> true;
        };
    }

    private void become(State to) {
        state = to;
        epoch++;
        failed.clear();
        consecutive = 0;
        calls = 0;
        next = 0;
    }
}
