package io.mics.session;

import java.util.concurrent.atomic.AtomicIntegerArray;

/**
 * Says of most users who have no session that they have none, by the hash code of their id: a counting Bloom filter
 * with one hash function. Members of a large group are mostly absent, and are so found out without a look-up.
 */
final class UserFilter {
    private static final int BITS = 17;
    /** An odd number without a pattern: each bit of a hash code reaches the highest ones. */
    private static final int SPREAD = 0x9e3779b9;

    private final AtomicIntegerArray counts = new AtomicIntegerArray(1 << BITS);

    private static int bucket(String tenant, int userHash) {
        int mixed = ((tenant.hashCode() * SPREAD) ^ userHash) * SPREAD;
        return ((mixed ^ (mixed >>> 15)) * SPREAD) >>> (Integer.SIZE - BITS);
    }

    /** A user has a first session. */
    void add(String tenant, String user) {
        counts.incrementAndGet(bucket(tenant, user.hashCode()));
    }

    /** A user has no session any more. */
    void remove(String tenant, String user) {
        counts.decrementAndGet(bucket(tenant, user.hashCode()));
    }

    /** False when nobody with this hash code was added. */
    boolean mayHave(String tenant, int userHash) {
        return counts.get(bucket(tenant, userHash)) != 0;
    }
}
