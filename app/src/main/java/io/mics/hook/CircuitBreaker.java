package io.mics.hook;

import java.util.concurrent.locks.ReentrantLock;

/**
 * Stops calling a backend that fails: after a number of failures in a row, or when more than 30 % of the last hundred
 * calls failed. Open, it refuses; after a while it lets one call through to see. Time is passed in, as {@link
 * System#nanoTime()} says it.
 */
final class CircuitBreaker {
    private static final int WINDOW = 100;
    private static final int WINDOW_MIN = 20;
    private static final double FAILURE_SHARE = 0.3;

    private final ReentrantLock lock = new ReentrantLock();
    private final boolean[] failed = new boolean[WINDOW];
    private int calls;
    private int failures;
    private int next;
    private int inARow;
    private volatile boolean open;
    private long openedNanos;
    private boolean probing;

    /** Whether a call may be made; the caller then says how it went, or {@link #skipped}. */
    boolean allows(long nanos, long openNanos) {
        if (!open) {
            return true;
        }
        lock.lock();
        try {
            if (open && (probing || nanos - openedNanos < openNanos)) {
                return false;
            }
            probing = open;
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** The allowed call was not made after all. */
    void skipped() {
        lock.lock();
        try {
            probing = false;
        } finally {
            lock.unlock();
        }
    }

    /** How an allowed call went; {@code threshold} failures in a row open it, 0 never. */
    void made(boolean failure, int threshold, long nanos) {
        lock.lock();
        try {
            if (probing) {
                probing = false;
                if (failure) {
                    openedNanos = nanos;
                } else {
                    reset();
                }
                return;
            }
            if (open) {
                // a call from before it opened says nothing about now
                return;
            }
            count(failure);
            boolean tooMany = inARow >= threshold || (calls >= WINDOW_MIN && failures > FAILURE_SHARE * calls);
            if (threshold > 0 && failure && tooMany) {
                open = true;
                openedNanos = nanos;
            }
        } finally {
            lock.unlock();
        }
    }

    private void count(boolean failure) {
        inARow = failure ? inARow + 1 : 0;
        if (calls == WINDOW && failed[next]) {
            failures--;
        }
        failed[next] = failure;
        next = (next + 1) % WINDOW;
        calls = Math.min(calls + 1, WINDOW);
        failures += failure ? 1 : 0;
    }

    private void reset() {
        open = false;
        calls = 0;
        failures = 0;
        next = 0;
        inARow = 0;
    }
}
