package io.mics.concurrent;

import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A semaphore whose limit can be changed while permits are out. Whoever holds a permit keeps it; after shrinking,
 * nobody gets one until enough have come back. Only {@link #resize} may change the number of permits.
 */
public final class ResizableSemaphore extends Semaphore {
    private static final long serialVersionUID = 1;
    private static final int UNLIMITED = 1 << 30;

    private final ReentrantLock resizing = new ReentrantLock();
    private volatile int permits;

    /** A semaphore of {@code limit} permits, handed out in no particular order; 0 is unlimited. */
    public ResizableSemaphore(int limit) {
        this(limit, false);
    }

    /** A semaphore of {@code limit} permits, handed out first come first served when {@code fair}; 0 is unlimited. */
    public ResizableSemaphore(int limit, boolean fair) {
        super(permitsFor(limit), fair);
        permits = permitsFor(limit);
    }

    /** Sets the limit; 0 is unlimited. Costs one volatile read when nothing changes. */
    public void resize(int limit) {
        int wanted = permitsFor(limit);
        if (wanted == permits) {
            return;
        }
        resizing.lock();
        try {
            int difference = wanted - permits;
            permits = wanted;
            if (difference > 0) {
                release(difference);
            } else if (difference < 0) {
                reducePermits(-difference);
            }
        } finally {
            resizing.unlock();
        }
    }

    /** The permits that are out: at most the limit, or more for a while after shrinking. */
    public int inUse() {
        resizing.lock();
        try {
            return Math.max(0, permits - availablePermits());
        } finally {
            resizing.unlock();
        }
    }

    private static int permitsFor(int limit) {
        if (limit < 0) {
            throw new IllegalArgumentException("a limit is 0 (unlimited) or positive, not " + limit);
        }
        return limit == 0 ? UNLIMITED : Math.min(limit, UNLIMITED);
    }
}
