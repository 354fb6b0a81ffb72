package io.mics.session;

import java.util.Arrays;

/** The deliveries a session queued last, so that one that comes again is not queued twice. Guarded by its owner. */
final class RecentIds {
    private static final int FIRST = 16;
    private static final int MOST = 512;

    private long[] ring = new long[0];
    private int next;

    boolean contains(long id) {
        for (long known : ring) {
            if (known == id) {
                return true;
            }
        }
        return false;
    }

    void add(long id) {
        if (next == ring.length) {
            if (ring.length < MOST) {
                ring = Arrays.copyOf(ring, Math.max(FIRST, 2 * ring.length));
            } else {
                next = 0;
            }
        }
        ring[next++] = id;
    }
}
