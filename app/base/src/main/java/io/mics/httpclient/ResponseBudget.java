package io.mics.httpclient;

import io.mics.concurrent.Deadline;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Bytes of answers that are being read. Whoever reads reserves before the bytes come, all at once, so that nobody waits
 * with a part in hand: a quarter is for answers of up to {@link #SMALL} bytes, which large ones can therefore not hold
 * up, the rest for larger ones, and only a small answer that turns out large waits for a second reservation, never the
 * other way round. One tenant has half of each.
 */
final class ResponseBudget {
    /** What an answer of unknown length reserves at first, in bytes. */
    static final int SMALL = 64 << 10;

    private static final int SMALL_SHARE = 4;
    private static final int TENANT_SHARE = 2;

    private final Share node;
    private final Map<String, Share> tenants = new ConcurrentHashMap<>();
    private final long total;
    private final long capacity;

    /** Bounds for one kind of holder. */
    private static final class Share {
        private final Semaphore small;
        private final Semaphore large;
        private final int largest;

        Share(long small, long large) {
            this.largest = capped(large);
            this.small = new Semaphore(Math.max(capped(small), SMALL), true);
            this.large = new Semaphore(largest, true);
        }

        private static int capped(long bytes) {
            return (int) Math.min(Integer.MAX_VALUE, bytes);
        }

        Semaphore of(int bytes) {
            return bytes <= SMALL ? small : large;
        }
    }

    /** Bytes that are held until they are given back, once. */
    final class Reservation implements AutoCloseable {
        private final Share tenant;
        private final int bytes;

        private Reservation(Share tenant, int bytes) {
            this.tenant = tenant;
            this.bytes = bytes;
        }

        @Override
        public void close() {
            node.of(bytes).release(bytes);
            tenant.of(bytes).release(bytes);
        }
    }

    /** No room came free in time. */
    static final class NoRoomException extends Exception {
        NoRoomException() {
            super("no room for the answer");
        }
    }

    /** Room for {@code total} bytes; 0 is unlimited. */
    ResponseBudget(long total) {
        this.total = total == 0 ? Long.MAX_VALUE : total;
        this.node = share(1);
        this.capacity = free(node);
    }

    private Share share(int divisor) {
        long small = total / SMALL_SHARE;
        return new Share(small / divisor, (total - small) / divisor);
    }

    private Share of(String tenant) {
        Share known = tenants.get(tenant);
        return known != null ? known : tenants.computeIfAbsent(tenant, id -> share(TENANT_SHARE));
    }

    /** The largest answer of a tenant that can be reserved for. */
    int largest(String tenant) {
        return Math.max(SMALL, of(tenant).largest);
    }

    /**
     * Reserves, waiting until the deadline.
     *
     * @throws NoRoomException when others did not give enough back by then
     */
    Reservation reserve(String tenant, int bytes, Deadline deadline) throws InterruptedException, NoRoomException {
        Share share = of(tenant);
        if (!acquire(share.of(bytes), bytes, deadline)) {
            throw new NoRoomException();
        }
        boolean reserved = false;
        try {
            reserved = acquire(node.of(bytes), bytes, deadline);
        } finally {
            if (!reserved) {
                share.of(bytes).release(bytes);
            }
        }
        if (!reserved) {
            throw new NoRoomException();
        }
        return new Reservation(share, bytes);
    }

    private static boolean acquire(Semaphore room, int bytes, Deadline deadline) throws InterruptedException {
        return room.tryAcquire(bytes, deadline.remainingNanos(), TimeUnit.NANOSECONDS);
    }

    /** The bytes reserved now. */
    long used() {
        return capacity - free(node);
    }

    private static long free(Share share) {
        return (long) share.small.availablePermits() + share.large.availablePermits();
    }

    /** Forgets a tenant; what it still holds is given back all the same. */
    void forget(String tenant) {
        tenants.remove(tenant);
    }
}
