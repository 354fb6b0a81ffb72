package io.mics.pipeline;

import io.mics.concurrent.CriticalThreads;
import io.mics.concurrent.HeapShare;
import io.mics.concurrent.SharedByteBudget;
import io.mics.conversation.Distribution;
import io.mics.conversation.NewMessage;
import io.mics.observe.Counter;
import io.mics.observe.Log;
import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import io.mics.protocol.StoredMessage;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Stored messages on their way to devices: in the order of their conversations, eight queues for each tenant, each
 * worked off by a virtual thread that exists while there is something in it. Bounded; what finds no room within a
 * second is not distributed, counted, and found by its sequence number.
 */
public final class DistributionQueues implements AutoCloseable {
    private static final Log LOG = Log.of(DistributionQueues.class);
    private static final int QUEUES_PER_TENANT = 8;
    private static final int MOST = 2_048;
    private static final long MOST_BYTES = HeapShare.atMost(32L << 20, 1);
    private static final int ENTRY_BYTES = 512;
    private static final long ROOM_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final int ATTEMPTS = 5;
    private static final long FIRST_PAUSE_MILLIS = 50;

    private final Distribution distribution;
    private final SharedByteBudget room = SharedByteBudget.halfEach(MOST_BYTES);
    private final Map<Key, Queue> queues = new ConcurrentHashMap<>();
    private final Metrics.PerTenant<Counter> distributed;
    private final Metrics.PerTenant<Counter> undistributed;
    private volatile boolean closed;

    private record Key(String tenant, int number) {}

    private record Entry(NewMessage message, StoredMessage stored, boolean acknowledge, boolean repeated) {
        int bytes() {
            return stored.body().size() + ENTRY_BYTES;
        }
    }

    /** Queues in front of {@code distribution}. */
    public DistributionQueues(Distribution distribution, Metrics metrics) {
        this.distribution = distribution;
        this.distributed = metrics.perTenant(tenant -> distributed(metrics, tenant));
        this.undistributed = metrics.perTenant(tenant -> undistributed(metrics, tenant));
    }

    private static Counter distributed(Metrics metrics, String tenant) {
        return metrics.counter(Metric.DISTRIBUTIONS, tenant, "distributed");
    }

    private static Counter undistributed(Metrics metrics, String tenant) {
        return metrics.counter(Metric.DISTRIBUTIONS, tenant, "left_to_sync");
    }

    /** Makes every series of a durable tenant exist, at 0. */
    public static void registerMetrics(Metrics metrics, String tenant) {
        var unused = List.of(distributed(metrics, tenant), undistributed(metrics, tenant));
    }

    /** Bytes that wait at most, in this process. */
    public static long mostBytes() {
        return MOST_BYTES;
    }

    /** Messages that wait. */
    public long size() {
        return queues.values().stream().mapToLong(Queue::size).sum();
    }

    /** Takes a stored message; waits for room, a second at most. */
    public void add(NewMessage message, StoredMessage stored, boolean acknowledge, boolean repeated)
            throws InterruptedException {
        Key key = new Key(
                message.tenant(), Math.floorMod(message.conversation().id().hashCode(), QUEUES_PER_TENANT));
        Queue queue = queues.computeIfAbsent(key, Queue::new);
        if (closed || !queue.add(new Entry(message, stored, acknowledge, repeated))) {
            undistributed.of(message.tenant()).increment();
        }
    }

    private final class Queue {
        private final Key key;
        private final ReentrantLock lock = new ReentrantLock();
        private final Condition changed = lock.newCondition();
        private final Deque<Entry> entries = new ArrayDeque<>();
        private boolean working;

        Queue(Key key) {
            this.key = key;
        }

        boolean add(Entry entry) throws InterruptedException {
            lock.lockInterruptibly();
            try {
                long end = System.nanoTime() + ROOM_NANOS;
                while (entries.size() >= MOST || !room.tryTake(key.tenant(), entry.bytes())) {
                    // room may also come from another queue, which does not say so here
                    long left = Math.min(end - System.nanoTime(), LOOK_NANOS);
                    if (left <= 0) {
                        return false;
                    }
                    var unused = changed.awaitNanos(left);
                }
                entries.add(entry);
                if (!working) {
                    working = true;
                    Thread unused = CriticalThreads.start("distribution-" + key.tenant(), this::work);
                }
                return true;
            } finally {
                lock.unlock();
            }
        }

        int size() {
            lock.lock();
            try {
                return entries.size();
            } finally {
                lock.unlock();
            }
        }

        private void work() {
            for (Entry entry = next(null); entry != null; entry = next(entry)) {
                try {
                    distribute(entry);
                } catch (RuntimeException e) {
                    LOG.error(
                            "distribution_failed",
                            e,
                            "tenant",
                            key.tenant(),
                            "traceId",
                            entry.message().traceId());
                    undistributed.of(key.tenant()).increment();
                } catch (InterruptedException e) {
                    undistributed.of(key.tenant()).increment();
                }
            }
        }

        /** The next one after {@code done}; null ends the thread. */
        private @Nullable Entry next(@Nullable Entry done) {
            lock.lock();
            try {
                if (done != null) {
                    entries.remove();
                    room.release(key.tenant(), done.bytes());
                    changed.signal();
                }
                Entry next = closed ? null : entries.peek();
                working = next != null;
                if (next == null) {
                    changed.signalAll();
                }
                return next;
            } finally {
                lock.unlock();
            }
        }

        /** Waits until nothing waits here; false when that takes longer than {@code nanos}. */
        boolean awaitEmpty(long nanos) throws InterruptedException {
            lock.lockInterruptibly();
            try {
                long left = nanos;
                while (working && left > 0) {
                    left = changed.awaitNanos(left);
                }
                return !working;
            } finally {
                lock.unlock();
            }
        }
    }

    private void distribute(Entry entry) throws InterruptedException {
        String tenant = entry.message().tenant();
        boolean repeated = entry.repeated();
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            if (distribution.distribute(entry.message(), entry.stored(), entry.acknowledge(), repeated)) {
                distributed.of(tenant).increment();
                return;
            }
            if (attempt < ATTEMPTS) {
                Thread.sleep(FIRST_PAUSE_MILLIS << attempt);
            }
        }
        undistributed.of(tenant).increment();
    }

    /** Forgets a tenant whose messages are all distributed. */
    public void forget(String tenant) {
        queues.keySet().removeIf(key -> key.tenant().equals(tenant));
    }

    /** Gives what waits {@code nanos} to leave. */
    public void flush(long nanos) throws InterruptedException {
        long end = System.nanoTime() + nanos;
        for (Queue queue : queues.values()) {
            var unused = queue.awaitEmpty(end - System.nanoTime());
        }
    }

    /** Distributes nothing more. */
    @Override
    public void close() {
        closed = true;
    }
}
