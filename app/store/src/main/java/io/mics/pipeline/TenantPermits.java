package io.mics.pipeline;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * So many may write at a time, half of them of one tenant at most. A permit that becomes free goes to the tenant that
 * has fewest, among those to the one that has waited longest: a tenant's many partitions are not many turns.
 */
final class TenantPermits {
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Integer> used = new HashMap<>();
    private final List<Waiter> waiters = new ArrayList<>();
    private final int perTenant;
    private int free;

    private static final class Waiter {
        private final String tenant;
        private final Condition turn;
        private boolean admitted;

        Waiter(String tenant, Condition turn) {
            this.tenant = tenant;
            this.turn = turn;
        }
    }

    TenantPermits(int permits) {
        this.free = permits;
        this.perTenant = Math.max(1, (permits + 1) / 2);
    }

    /** Waits for a permit. */
    void acquire(String tenant) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            Waiter waiter = new Waiter(tenant, lock.newCondition());
            waiters.add(waiter);
            admit();
            try {
                while (!waiter.admitted) {
                    waiter.turn.await();
                }
            } catch (InterruptedException e) {
                if (waiter.admitted) {
                    giveBack(tenant);
                } else {
                    waiters.remove(waiter);
                }
                throw e;
            }
        } finally {
            lock.unlock();
        }
    }

    /** Gives a permit back. */
    void release(String tenant) {
        lock.lock();
        try {
            giveBack(tenant);
        } finally {
            lock.unlock();
        }
    }

    private void giveBack(String tenant) {
        free++;
        used.merge(tenant, -1, (a, b) -> a + b == 0 ? null : a + b);
        admit();
    }

    private void admit() {
        for (Waiter next = next(); next != null; next = next()) {
            waiters.remove(next);
            free--;
            used.merge(next.tenant, 1, Integer::sum);
            next.admitted = true;
            next.turn.signal();
        }
    }

    private @Nullable Waiter next() {
        Waiter best = null;
        int fewest = perTenant;
        for (Waiter waiter : free > 0 ? waiters : List.<Waiter>of()) {
            int has = used.getOrDefault(waiter.tenant, 0);
            if (has < fewest) {
                fewest = has;
                best = waiter;
            }
        }
        return best;
    }
}
