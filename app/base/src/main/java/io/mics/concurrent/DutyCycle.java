package io.mics.concurrent;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Keeps the work of some threads to a third of the time of {@code workers} processors while it is on, and to a quarter
 * where a stretch of it is long: after each stretch a rest is due that is a multiple of it. Time that passes counts as
 * rest. Safe for many threads.
 *
 * <p>Resting leaves throughput unused while several tenants are at work; without it a thread that becomes ready waits
 * for a whole time slice of the system whenever all processors are busy.
 */
class DutyCycle {
    /** For those who never rest. */
    static final DutyCycle OFF = new DutyCycle(1, () -> false, System::nanoTime) {
        @Override
        void began() {}

        @Override
        void ended() {}
    };

    /** Rest for one unit of work, from when that is counted: in short stretches the work itself takes some of it. */
    static final int REST_PER_WORK = 3;
    /** No rest is due before it is this long: each costs a change of threads. */
    static final long SHORTEST_REST_NANOS = TimeUnit.MILLISECONDS.toNanos(2);
    /** One stretch of work counts as so much at most: it may be one in which its thread did not run. */
    static final long LONGEST_STRETCH_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private final int workers;
    private final BooleanSupplier on;
    private final LongSupplier clock;
    // below under the monitor of this
    private long restUntil;
    private int working;
    private long countedAt;

    /** Nothing is due; {@code on} is asked each time. */
    DutyCycle(int workers, BooleanSupplier on, LongSupplier nanoClock) {
        this.workers = workers;
        this.on = on;
        this.clock = nanoClock;
        this.restUntil = nanoClock.getAsLong();
        this.countedAt = restUntil;
    }

    /** A thread begins to work. */
    void began() {
        synchronized (this) {
            count();
            working++;
        }
    }

    /** A thread stops working; nothing where it began with another one, as when its owner was forgotten meanwhile. */
    void ended() {
        synchronized (this) {
            count();
            working = Math.max(0, working - 1);
        }
    }

    /** So much was worked besides. */
    void worked(long nanos) {
        synchronized (this) {
            add(nanos, clock.getAsLong());
        }
    }

    /** Whether whoever works is to rest. */
    boolean isDue() {
        if (!on.getAsBoolean()) {
            return false;
        }
        synchronized (this) {
            count();
            return restUntil - countedAt >= SHORTEST_REST_NANOS;
        }
    }

    /** Blocks while a rest is due; an interrupt ends that, and stays set. */
    void rest() {
        if (!isDue()) {
            return;
        }
        for (long left = left(); left > 0 && !Thread.currentThread().isInterrupted(); left = left()) {
            LockSupport.parkNanos(this, left);
        }
    }

    /** How long a rest that has begun still lasts; 0 or less when it is over. */
    long left() {
        if (!on.getAsBoolean()) {
            return 0;
        }
        synchronized (this) {
            return restUntil - clock.getAsLong();
        }
    }

    private void count() {
        long now = clock.getAsLong();
        add(working * (now - countedAt), now);
        countedAt = now;
    }

    private void add(long nanos, long now) {
        if (nanos > 0 && on.getAsBoolean()) {
            long rest = Math.min(nanos, LONGEST_STRETCH_NANOS) * REST_PER_WORK / workers;
            restUntil = (restUntil - now > 0 ? restUntil : now) + rest;
        }
    }
}
