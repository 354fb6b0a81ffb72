package io.mics.concurrent;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A condition that is rarely waited for: there is a latch only while somebody waits, so that an object can have one for
 * a reference, and signalling costs a volatile read. Safe on any thread.
 */
public final class LazyLatch {
    private volatile @Nullable CountDownLatch latch;

    /** Wakes whoever waits; to be called after the condition has become true. Never blocks for long. */
    public void signal() {
        if (latch == null) {
            return;
        }
        synchronized (this) {
            CountDownLatch awaited = latch;
            latch = null;
            if (awaited != null) {
                awaited.countDown();
            }
        }
    }

    /** Waits until {@code condition} is true, at most {@code nanos}; an interrupt ends the wait and stays set. */
    public void await(BooleanSupplier condition, long nanos) {
        long deadline = System.nanoTime() + nanos;
        try {
            boolean signalled = true;
            while (signalled && !condition.getAsBoolean()) {
                CountDownLatch awaited = latch();
                // the condition may have become true before the latch was there to be seen
                signalled = condition.getAsBoolean()
                        || awaited.await(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private CountDownLatch latch() {
        synchronized (this) {
            CountDownLatch awaited = latch == null ? new CountDownLatch(1) : latch;
            latch = awaited;
            return awaited;
        }
    }
}
