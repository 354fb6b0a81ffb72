package io.mics.tenant;

import java.util.concurrent.Semaphore;

/** A semaphore whose number of permits can change while some are held. Shrinking never takes a held permit back. */
public final class ResizableSemaphore extends Semaphore {
    private static final long serialVersionUID = 1L;

    /** Permits of an unlimited one: more than can be held, and far from overflow. */
    private static final int UNLIMITED = 1 << 30;

    private volatile int size;

    /** With {@code limit} permits; 0 is unlimited. */
    public ResizableSemaphore(int limit) {
        super(permits(limit));
        size = permits(limit);
    }

    /** Changes the number of permits; 0 is unlimited. Waiting threads see more permits at once. */
    public synchronized void resize(int limit) {
        int change = permits(limit) - size;
        size = permits(limit);
        if (change > 0) {
            release(change);
        } else if (change < 0) {
            reducePermits(-change);
        }
    }

    /** The number of permits; 0 is unlimited. */
    public int limit() {
        return size == UNLIMITED ? 0 : size;
    }

    /** Permits held now; exact while nobody resizes. */
    public int inUse() {
        return size - availablePermits();
    }

    private static int permits(int limit) {
        return limit == 0 ? UNLIMITED : Math.min(limit, UNLIMITED);
    }
}
