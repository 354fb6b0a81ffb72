package io.mics.event;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** What all tenants' queued events of this node may take together. Safe on any thread; never blocks. */
public final class QueueBudget {
    private final int maxEvents;
    private final long maxBytes;
    private final AtomicInteger events = new AtomicInteger();
    private final AtomicLong bytes = new AtomicLong();

    /** A budget; 0 is unlimited. */
    public QueueBudget(int maxEvents, long maxBytes) {
        this.maxEvents = maxEvents == 0 ? Integer.MAX_VALUE : maxEvents;
        this.maxBytes = maxBytes == 0 ? Long.MAX_VALUE : maxBytes;
    }

    /** Takes room for one event, or leaves everything as it was. */
    boolean tryTake(long size) {
        if (events.incrementAndGet() > maxEvents) {
            events.decrementAndGet();
            return false;
        }
        if (bytes.addAndGet(size) > maxBytes) {
            bytes.addAndGet(-size);
            events.decrementAndGet();
            return false;
        }
        return true;
    }

    void release(int count, long size) {
        events.addAndGet(-count);
        bytes.addAndGet(-size);
    }

    /** Events queued now, of all tenants. */
    public int queued() {
        return events.get();
    }
}
