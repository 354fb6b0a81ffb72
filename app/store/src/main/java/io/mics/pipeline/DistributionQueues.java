package io.mics.pipeline;

import io.mics.concurrent.CriticalThreads;
import io.mics.concurrent.HeapShare;
import io.mics.concurrent.SharedByteBudget;
import io.mics.conversation.Distributed;
import io.mics.conversation.NewMessage;
import io.mics.conversation.distribution.Distribution;
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
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Stored messages on their way to devices: in the order of their conversations, eight queues for each tenant, each
 * worked off by a virtual thread that exists while there is something in it. Bounded; what finds no room is not
 * distributed, counted, and found by its sequence number.
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

    private static final Distributed NO_ROOM =
            new Distributed.LeftToSync("too much waits to be distributed, see mics_distribution_backlog");

    private final Distribution distribution;
    private final SharedByteBudget room = SharedByteBudget.halfEach(MOST_BYTES);
    private final Map<Key, Queue> queues = new ConcurrentHashMap<>();
    private final Metrics.PerTenant<Meters> meters;
    private volatile boolean closed;

    /** What is counted of one tenant, found once and held. */
    private record Meters(Counter distributed, Counter undistributed) {}

    private record Key(String tenant, int number) {
        static Key of(NewMessage message) {
            int hash = message.conversation().id().hashCode();
            return new Key(message.tenant(), Math.floorMod(hash, QUEUES_PER_TENANT));
        }
    }

    /** What became of an attempt to add an entry to a queue. */
    private enum Admission {
        TAKEN,
        FULL,
        /** Nothing is distributed any more. */
        CLOSED,
        /** The queue is forgotten; there is, or will be, another one. */
        RETIRED
    }

    /**
     * A message to distribute.
     *
     * @param done gets what became of it, once; never when this is closed before it was taken
     */
    private record Entry(
            NewMessage message,
            StoredMessage stored,
            boolean acknowledge,
            boolean repeated,
            Consumer<Distributed> done) {
        int bytes() {
            return stored.body().size() + ENTRY_BYTES;
        }
    }

    /** Queues in front of {@code distribution}. */
    public DistributionQueues(Distribution distribution, Metrics metrics) {
        this.distribution = distribution;
        this.meters = metrics.perTenant(tenant -> meters(metrics, tenant));
    }

    private Meters meters(Metrics metrics, String tenant) {
        metrics.gauge(Metric.DISTRIBUTION_BACKLOG, () -> size(tenant), tenant);
        return new Meters(distributed(metrics, tenant), undistributed(metrics, tenant));
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

    /** Messages of a tenant that wait, those being distributed among them. */
    long size(String tenant) {
        long size = 0;
        for (int i = 0; i < QUEUES_PER_TENANT; i++) {
            Queue queue = queues.get(new Key(tenant, i));
            size += queue == null ? 0 : queue.size();
        }
        return size;
    }

    /**
     * Takes a stored message; waits for room, a second at most, and after a second that brought none not again until
     * the queue was empty.
     *
     * @param done gets once, on any thread, what became of it: distributed, or left to sync, at once where there is no
     *             room; never when this is closed before that
     */
    public void add(
            NewMessage message, StoredMessage stored, boolean acknowledge, boolean repeated, Consumer<Distributed> done)
            throws InterruptedException {
        Entry entry = new Entry(message, stored, acknowledge, repeated, done);
        Admission admission = Admission.RETIRED;
        while (admission == Admission.RETIRED) {
            admission = queue(entry).add(entry);
        }
        settleRefused(entry, admission);
    }

    /** Takes a stored message if there is room now; never waits. */
    public void addNow(
            NewMessage message,
            StoredMessage stored,
            boolean acknowledge,
            boolean repeated,
            Consumer<Distributed> done) {
        Entry entry = new Entry(message, stored, acknowledge, repeated, done);
        Admission admission = Admission.RETIRED;
        while (admission == Admission.RETIRED) {
            admission = queue(entry).addNow(entry);
        }
        settleRefused(entry, admission);
    }

    private Queue queue(Entry entry) {
        return queues.computeIfAbsent(Key.of(entry.message()), Queue::new);
    }

    private void settleRefused(Entry entry, Admission admission) {
        if (admission != Admission.TAKEN) {
            meters.of(entry.message().tenant()).undistributed().increment();
        }
        if (admission == Admission.FULL) {
            entry.done().accept(NO_ROOM);
        }
    }

    private final class Queue {
        private final Key key;
        private final ReentrantLock lock = new ReentrantLock();
        private final Condition changed = lock.newCondition();
        private final Deque<Entry> entries = new ArrayDeque<>();
        private boolean working;
        /** Whether a wait for room failed since the queue was empty. */
        private boolean overloaded;

        private boolean retired;

        Queue(Key key) {
            this.key = key;
            var unused = meters.of(key.tenant()); // so that what waits is shown from the first message on
        }

        Admission add(Entry entry) throws InterruptedException {
            lock.lock();
            try {
                long end = System.nanoTime() + ROOM_NANOS;
                Admission admission = admit(entry);
                while (admission == Admission.FULL && !overloaded) {
                    // room may also come from another queue, which does not say so here
                    long left = Math.min(end - System.nanoTime(), LOOK_NANOS);
                    if (left <= 0) {
                        overloaded = true;
                    } else {
                        var unused = changed.awaitNanos(left);
                        admission = admit(entry);
                    }
                }
                return admission;
            } finally {
                lock.unlock();
            }
        }

        Admission addNow(Entry entry) {
            lock.lock();
            try {
                return admit(entry);
            } finally {
                lock.unlock();
            }
        }

        private Admission admit(Entry entry) {
            if (closed) {
                return Admission.CLOSED;
            }
            if (retired) {
                return Admission.RETIRED;
            }
            if (entries.size() >= MOST || !room.tryTake(key.tenant(), entry.bytes())) {
                return Admission.FULL;
            }
            entries.add(entry);
            if (!working) {
                working = true;
                Thread unused = CriticalThreads.start("distribution-" + key.tenant(), this::work);
            }
            return Admission.TAKEN;
        }

        /** Takes nothing more if nothing is there and nothing is being distributed; says whether that is so. */
        boolean retire() {
            lock.lock();
            try {
                retired = !working && entries.isEmpty();
                return retired;
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
                Distributed outcome;
                try {
                    outcome = distribute(entry);
                } catch (RuntimeException e) {
                    LOG.error(
                            "distribution_failed",
                            e,
                            "tenant",
                            key.tenant(),
                            "traceId",
                            entry.message().traceId());
                    meters.of(key.tenant()).undistributed().increment();
                    outcome = new Distributed.LeftToSync("" + e);
                } catch (InterruptedException e) {
                    meters.of(key.tenant()).undistributed().increment();
                    outcome = new Distributed.LeftToSync("interrupted");
                }
                settle(entry, outcome);
            }
        }

        private void settle(Entry entry, Distributed outcome) {
            try {
                entry.done().accept(outcome);
            } catch (RuntimeException e) {
                LOG.error("distribution_not_settled", e, "tenant", key.tenant());
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
                    overloaded = false;
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

    private Distributed distribute(Entry entry) throws InterruptedException {
        String tenant = entry.message().tenant();
        boolean repeated = entry.repeated();
        for (int attempt = 1; ; attempt++) {
            Distributed outcome =
                    distribution.distribute(entry.message(), entry.stored(), entry.acknowledge(), repeated);
            if (!(outcome instanceof Distributed.Later later)) {
                meters.of(tenant).distributed().increment();
                return outcome;
            }
            if (attempt == ATTEMPTS) {
                meters.of(tenant).undistributed().increment();
                return new Distributed.LeftToSync(ATTEMPTS + " attempts failed, the last because " + later.cause());
            }
            Thread.sleep(FIRST_PAUSE_MILLIS << attempt);
        }
    }

    /** Forgets a tenant's queues, but for those that have something to distribute. */
    public void forget(String tenant) {
        queues.forEach((key, queue) -> {
            if (key.tenant().equals(tenant) && queue.retire()) {
                queues.remove(key, queue);
            }
        });
    }

    /** Gives what waits {@code nanos} to leave. */
    public void flush(long nanos) throws InterruptedException {
        long end = System.nanoTime() + nanos;
        for (Queue queue : queues.values()) {
            var unused = queue.awaitEmpty(end - System.nanoTime());
        }
    }

    /** Distributes nothing more but what is in hand; what waits is not settled. */
    @Override
    public void close() {
        closed = true;
    }
}
