package io.mics.message;

import java.util.concurrent.atomic.AtomicLong;

/** Identities of deliveries, unique in the cluster: the epoch of this node's start and a counter. */
public final class DeliveryIds {
    private static final int COUNTER_BITS = 40;

    private final AtomicLong last;

    /** Of one start of one node; {@code epoch} is below 2^23. */
    public DeliveryIds(long epoch) {
        this.last = new AtomicLong(epoch << COUNTER_BITS);
    }

    /** The next one. */
    public long next() {
        return last.incrementAndGet();
    }
}
