package io.mics.concurrent;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;

/**
 * A budget of bytes that many owners share: so many in all, and so many for one of them. A {@link Lease} is waited for,
 * for a time; {@link #tryTake} waits for nothing.
 */
public final class SharedByteBudget {
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
    public SharedByteBudget(Supplier<Bounds> bounds) {
        this.bounds = bounds;
    }

    /** Nothing held of {@code total} bytes, more than 0, of which one owner has at most half. */
    public static SharedByteBudget halfEach(long total) {
        Bounds bounds = new Bounds(total, Math.max(1, total / 2));
        return new SharedByteBudget(() -> bounds);
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

        /** Whether it could have {@code wanted} bytes if nothing else were held. */
        public boolean couldBe(long wanted) {
            return bounds.get().fits(wanted, wanted);
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

    /**
     * Takes {@code bytes} for {@code owner}, or leaves everything as it was. An owner that holds nothing may take more
     * than its share, and more than all is taken while nobody holds anything: so everything has its time. What was
     * taken is {@linkplain #release released} by the same owner.
     */
    public boolean tryTake(String owner, long bytes) {
        lock.lock();
        try {
            long ofOwner = held.getOrDefault(owner, 0L);
            boolean fits = total == 0 || bounds.get().fits(total + bytes, ofOwner == 0 ? 0 : ofOwner + bytes);
            if (fits) {
                add(owner, bytes);
            }
            return fits;
        } finally {
            lock.unlock();
        }
    }

    /** Gives back what {@code owner} took. */
    public void release(String owner, long bytes) {
        lock.lock();
        try {
            add(owner, -bytes);
        } finally {
            lock.unlock();
        }
    }

    private boolean take(Lease lease, long wanted, Deadline deadline) throws InterruptedException {
        lock.lock();
        try {
            while (!fits(lease, wanted)) {
                if (!lease.couldBe(wanted) || deadline.expired()) {
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
        lease.bytes = now;
        add(lease.owner, more);
    }

    private void add(String owner, long more) {
        if (more == 0) {
            return;
        }
        total += more;
        long left = held.getOrDefault(owner, 0L) + more;
        if (left == 0) {
            held.remove(owner);
        } else {
            held.put(owner, left);
        }
        if (more < 0) {
            released.signalAll();
        }
    }
}
