package io.mics.concurrent;

import java.time.Duration;
import java.util.BitSet;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A circuit breaker: refuses calls for a while when a backend keeps failing, then lets one through to see.
 *
 * <p>Opens after a number of consecutive failures, or when too many of the last calls failed or were slow, of a fifth
 * of the window at least. What a call started before the last change of state says is ignored. Safe on any thread;
 * never blocks for long.
 */
public final class CircuitBreaker {
    /** What {@link #enter} answers when the call must not be made. */
    public static final long REFUSED = -1;

    /** Where a breaker stands. */
    public enum State {
        CLOSED,
        OPEN,
        /** One call is in flight to see whether the backend is well again. */
        HALF_OPEN
    }

    /**
     * When a breaker opens, and for how long. The same rules are given at {@link #enter} and {@link #leave}.
     *
     * @param consecutive failures in a row that open it; 0 never opens it, and closes it if it is open
     * @param failureRate the share of failed calls above which it opens; 1 is none
     * @param slowNanos   a call that took longer is slow; 0 is none
     * @param slowRate    the share of slow calls above which it opens
     * @param window      how many of the last calls count
     * @param openNanos   how long it stays open; 0 does not wait
     */
    public record Rules(
            int consecutive, double failureRate, long slowNanos, double slowRate, int window, long openNanos) {
        private static final int ANY_NUMBER = Integer.MAX_VALUE;
        private static final double USUAL_RATE = 0.3;
        private static final int USUAL_WINDOW = 100;

        /** More than 30 % failures among the last 100 calls; open for 5 s. */
        public static final Rules DEFAULTS =
                ofShares(USUAL_RATE, Duration.ZERO, 0.5, USUAL_WINDOW, Duration.ofSeconds(5));

        /** Rules that count shares alone; a {@code slowCall} of zero makes no call slow. */
        public static Rules ofShares(
                double failureRate, Duration slowCall, double slowRate, int window, Duration open) {
            return new Rules(ANY_NUMBER, failureRate, slowCall.toNanos(), slowRate, window, open.toNanos());
        }

        /** Rules that open after {@code failures} in a row, or more than 30 % of the last 100 calls. */
        public static Rules ofFailures(int failures, long openNanos) {
            return new Rules(failures, USUAL_RATE, 0, 1, USUAL_WINDOW, openNanos);
        }

        private int enough() {
            return Math.max(1, window / 5);
        }

        private boolean isSlow(long tookNanos) {
            return slowNanos > 0 && tookNanos > slowNanos;
        }
    }

    private final ReentrantLock lock = new ReentrantLock();
    private final BitSet failed = new BitSet();
    private final BitSet slow = new BitSet();
    private State state = State.CLOSED;
    private long epoch;
    private long openedAt;
    private int consecutive;
    private int calls;
    private int next;

    /** Whether a call would be refused now. */
    public boolean refuses(int failures, long openNanos, long now) {
        return refuses(Rules.ofFailures(failures, openNanos), now);
    }

    /** Whether a call would be refused now. */
    public boolean refuses(Rules rules, long now) {
        lock.lock();
        try {
            return rules.consecutive() > 0 && blocked(rules.openNanos(), now);
        } finally {
            lock.unlock();
        }
    }

    /** Asks to make a call, under rules that open after {@code failures} in a row. */
    public long enter(int failures, long openNanos, long now) {
        return enter(Rules.ofFailures(failures, openNanos), now);
    }

    /**
     * Asks to make a call.
     *
     * @param now a reading of {@link System#nanoTime()}
     * @return the call's ticket, owed to {@link #leave} or {@link #abandon}, or {@link #REFUSED}
     */
    public long enter(Rules rules, long now) {
        lock.lock();
        try {
            if (rules.consecutive() <= 0) {
                if (state != State.CLOSED) {
                    become(State.CLOSED);
                }
                return epoch;
            }
            if (blocked(rules.openNanos(), now)) {
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

    /** Records how a call ended, under rules that open after {@code failures} in a row; says whether that opened it. */
    public boolean leave(long ticket, boolean success, int failures, long now) {
        return leave(ticket, success, 0, Rules.ofFailures(failures, 0), now);
    }

    /** Records how a call ended and how long it took, and says whether that opened the breaker. */
    public boolean leave(long ticket, boolean success, long tookNanos, Rules rules, long now) {
        lock.lock();
        try {
            if (ticket != epoch || rules.consecutive() <= 0) {
                return false;
            }
            if (state == State.HALF_OPEN) {
                openedAt = now;
                become(success ? State.CLOSED : State.OPEN);
                return !success;
            }
            note(success, rules.isSlow(tookNanos), rules.window());
            if (opens(rules)) {
                openedAt = now;
                become(State.OPEN);
            }
            return state == State.OPEN;
        } finally {
            lock.unlock();
        }
    }

    private void note(boolean success, boolean tookLong, int window) {
        if (next >= window || calls > window) {
            forgetCalls(); // the window has shrunk
        }
        failed.set(next, !success);
        slow.set(next, tookLong);
        next = (next + 1) % window;
        calls = Math.min(calls + 1, window);
        consecutive = success ? 0 : consecutive + 1;
    }

    private boolean opens(Rules rules) {
        return consecutive >= rules.consecutive()
                || (calls >= rules.enough()
                        && (failed.cardinality() > rules.failureRate() * calls
                                || slow.cardinality() > rules.slowRate() * calls));
    }

    /** Records that a call ended without saying anything about the backend; a probe may be made again at once. */
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
        forgetCalls();
    }

    private void forgetCalls() {
        failed.clear();
        slow.clear();
        consecutive = 0;
        calls = 0;
        next = 0;
    }
}
