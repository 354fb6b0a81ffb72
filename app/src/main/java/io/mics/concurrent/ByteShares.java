package io.mics.concurrent;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/** A budget of bytes that many owners share: so many in all, and so many for one of them. Waited for, for a time. */
public final class ByteShares {
    private final Supplier<Bounds> bounds;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition released = lock.newCondition();
    private final Map<String, Long> held = new HashMap<>();
    private long total;

    /**
     * How much may be held.
     *
     * @param total    bytes in all; 0 is unlimited
     * @param perOwner bytes of one owner; 0 is unlimited
     */
    public record Bounds(long total, long perOwner) {
        boolean fits(long inAll, long ofOwner) {
            return (total == 0 || inAll <= total) && (perOwner == 0 || ofOwner <= perOwner);
        }
    }

    /** Nothing held; {@code bounds} are asked each time. */
    public ByteShares(Supplier<Bounds> bounds) {
        this.bounds = bounds;
    }

    /** Bytes of one owner. Not for several threads at one time. */
    public final class Lease implements AutoCloseable {
        private final String owner;
        private long bytes;

        private Lease(String owner) {
            this.owner = owner;
        }

        /**
         * Makes this lease {@code wanted} bytes: at once when that is fewer, else as soon as they fit, until {@code
         * deadline}. What never fits is not waited for.
         *
         * @return whether it has them; otherwise it has what it had before
         */
        public boolean resize(long wanted, Deadline deadline) throws InterruptedException {
            return take(this, wanted, deadline);
        }

        /** Bytes it has. */
        public long bytes() {
            return bytes;
        }

        /** Gives everything back; more than once is harmless. */
        @Override
        public void close() {
            lock.lock();
            try {
                change(this, 0);
            } finally {
                lock.unlock();
            }
        }
    }

    /** A lease of {@code owner} without bytes yet. */
    public Lease lease(String owner) {
        return new Lease(owner);
    }

    /** Bytes held by all. */
    public long held() {
        lock.lock();
        try {
            return total;
        } finally {
            lock.unlock();
        }
    }

    private boolean take(Lease lease, long wanted, Deadline deadline) throws InterruptedException {
        lock.lock();
        try {
            while (!fits(lease, wanted)) {
                if (!bounds.get().fits(wanted, wanted) || deadline.expired()) {
                    return false;
                }
                boolean unused = released.await(deadline.remainingNanos(), TimeUnit.NANOSECONDS);
            }
            change(lease, wanted);
            return true;
        } finally {
            lock.unlock();
        }
    }

    private boolean fits(Lease lease, long wanted) {
        long more = wanted - lease.bytes;
        return more <= 0 || bounds.get().fits(total + more, held.getOrDefault(lease.owner, 0L) + more);
    }

    private void change(Lease lease, long now) {
        long more = now - lease.bytes;
        if (more == 0) {
            return;
        }
        lease.bytes = now;
        total += more;
        long left = held.getOrDefault(lease.owner, 0L) + more;
        if (left == 0) {
            held.remove(lease.owner);
        } else {
            held.put(lease.owner, left);
        }
        if (more < 0) {
            released.signalAll();
        }
    }
}
