package io.mics.session;

import java.util.concurrent.atomic.AtomicLong;

/** The bytes of memory all outbound queues of this node hold together, and how many they may. */
public final class OutboundBudget {
    private final AtomicLong used = new AtomicLong();
    private final long max;

    /** A budget of {@code max} bytes; 0 is unlimited. */
    public OutboundBudget(long max) {
        this.max = max == 0 ? Long.MAX_VALUE : max;
    }

    /** Takes {@code bytes}; says whether the total is now over the limit. */
    boolean add(long bytes) {
        return used.addAndGet(bytes) > max;
    }

    void release(long bytes) {
        used.addAndGet(-bytes);
    }

    /** Bytes queued now. */
    public long used() {
        return used.get();
    }

    boolean exceeded() {
        return used.get() > max;
    }
}
