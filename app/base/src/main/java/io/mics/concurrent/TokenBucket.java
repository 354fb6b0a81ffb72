package io.mics.concurrent;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A rate limit: so many per second, and one second's worth, at least one, at once. Lock-free; the rate can change at
 * any time. Keeps one number, the time at which the bucket would be full again.
 */
public final class TokenBucket {
    private static final long SECOND = 1_000_000_000L;

    /** Nanoseconds for one; 0 is unlimited. */
    private volatile long interval;

    private final AtomicLong fullAt;
    private final AtomicLong asked = new AtomicLong();

    /** Full at {@code now}, a reading of {@link System#nanoTime()}; 0 per second is unlimited. */
    public TokenBucket(double perSecond, long now) {
        this.interval = interval(perSecond);
        this.fullAt = new AtomicLong(now);
    }

    private static long interval(double perSecond) {
        return perSecond == 0 ? 0 : Math.max(1, (long) (SECOND / perSecond));
    }

    /** Changes the rate; 0 is unlimited. What was used stays used, in proportion. */
    public void rate(double perSecond) {
        interval = interval(perSecond);
    }

    /** Takes one if there is one now; an unlimited bucket does not look at the clock. */
    public boolean tryTake() {
        return interval == 0 || tryTake(System.nanoTime());
    }

    /** Takes one if there is one at {@code now}, a reading of {@link System#nanoTime()}. */
    public boolean tryTake(long now) {
        long each = interval;
        if (each == 0) {
            return true;
        }
        asked.incrementAndGet();
        while (true) {
            long before = fullAt.get();
            long after = (before - now > 0 ? before : now) + each;
            if (after - now > Math.max(SECOND, each)) {
                return false;
            }
            if (fullAt.compareAndSet(before, after)) {
                return true;
            }
        }
    }

    /** How often a limited bucket was asked for one since this was called last. */
    public long takeAsked() {
        return asked.getAndSet(0);
    }
}
