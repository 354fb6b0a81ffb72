package io.mics.admin;

import io.mics.address.LimitKey;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Wrong tokens by address, as a {@link LimitKey}: ten are looked at, then one every six seconds. The last thousand
 * addresses are remembered. Safe on any thread.
 *
 * <p>Beyond that even the right token is answered 429: else the answer would reveal which is right.
 */
final class FailedAttempts {
    /** Wrong tokens of one address that are looked at at once. */
    static final int BURST = 10;

    /** Until one more is looked at. */
    static final long INTERVAL = TimeUnit.SECONDS.toNanos(6);

    private static final int ADDRESSES = 1_024;

    private final LongSupplier clock;
    private final ReentrantLock lock = new ReentrantLock();

    /** Address to the time at which all its attempts are forgiven. */
    private final Map<Long, Long> forgivenAt = new LinkedHashMap<>(16, 0.75f, true);

    /** Counts by {@code clock}, which is like {@link System#nanoTime()}. */
    FailedAttempts(LongSupplier clock) {
        this.clock = clock;
    }

    /** Whether no token of this address is looked at now. */
    boolean areTooMany(long address) {
        lock.lock();
        try {
            Long until = forgivenAt.get(address);
            return until != null && until - clock.getAsLong() > (BURST - 1) * INTERVAL;
        } finally {
            lock.unlock();
        }
    }

    /** One more wrong token came from this address. */
    void add(long address) {
        lock.lock();
        try {
            long now = clock.getAsLong();
            Long until = forgivenAt.get(address);
            forgivenAt.put(address, (until == null || until - now < 0 ? now : until) + INTERVAL);
            if (forgivenAt.size() > ADDRESSES) {
                forgivenAt.remove(forgivenAt.keySet().iterator().next());
            }
        } finally {
            lock.unlock();
        }
    }
}
