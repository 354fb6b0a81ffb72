package io.mics.tenant;

import java.util.concurrent.atomic.AtomicLong;

/**
 * A rate limit: so many per second, and one second's worth at once. Lock-free; the rate can change at any time. Keeps
 * one number, the time at which the bucket would be full again.
 */
public final class TokenBucket {
    private static final long SECOND = 1_000_000_000L;

    private volatile int perSecond;
    private final AtomicLong fullAt;

    /** Full at {@code now}, a reading of {@link System#nanoTime()}; 0 per second is unlimited. */
    public TokenBucket(int perSecond, long now) {
        this.perSecond = perSecond;
        this.fullAt = new AtomicLong(now);
    }

    /** Changes the rate; 0 is unlimited. What was used stays used, in proportion. */
    public void rate(int newPerSecond) {
        perSecond = newPerSecond;
    }

    /** The rate; 0 is unlimited. */
    public int rate() {
        return perSecond;
    }

    /** Takes one if there is one now; an unlimited bucket does not look at the clock. */
    public boolean tryTake() {
        return perSecond == 0 || tryTake(System.nanoTime());
    }

    /** Takes one if there is one at {@code now}, a reading of {@link System#nanoTime()}. */
    public boolean tryTake(long now) {
        int rate = perSecond;
        if (rate == 0) {
            return true;
        }
        long interval = Math.max(1, SECOND / rate);
        while (true) {
            long before = fullAt.get();
            long after = (before - now > 0 ? before : now) + interval;
            if (after - now > interval * rate) {
                return false;
            }
            if (fullAt.compareAndSet(before, after)) {
                return true;
            }
        }
    }
}
