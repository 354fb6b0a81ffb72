package io.mics.message;

import java.util.concurrent.atomic.AtomicLong;

/** Identities of deliveries, unique in the cluster: the epoch of this node's start and a counter. */
public final class DeliveryIds {
    private static final int COUNTER_BITS = 40;

    private final AtomicLong last;
    private final boolean alone;

    private DeliveryIds(long epoch, boolean alone) {
        this.last = new AtomicLong(epoch << COUNTER_BITS);
        this.alone = alone;
    }

    /** One node alone: nothing is ever sent twice, and nothing has an identity. */
    public static DeliveryIds alone() {
        return new DeliveryIds(0, true);
    }

    /** Of one start of one node; {@code epoch} is below 2^23. */
    public static DeliveryIds of(long epoch) {
        return new DeliveryIds(epoch, false);
    }

    long next() {
        return alone ? 0 : last.incrementAndGet();
    }
}
