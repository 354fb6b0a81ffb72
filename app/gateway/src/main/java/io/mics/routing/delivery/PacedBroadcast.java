package io.mics.routing.delivery;

import io.mics.concurrent.CriticalThreads;
import io.mics.concurrent.HeapShare;
import io.mics.concurrent.PendingWrites;
import io.mics.concurrent.SharedByteBudget;
import io.mics.observe.Log;
import io.mics.protocol.Delivery;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What goes to everybody of a tenant on this node: one message after another, {@value #USERS} users in
 * {@value #STEP_MILLIS} ms, by a virtual thread of the tenant's that exists while there is something. Bounded; what
 * finds no room is dropped and logged, and found by its number where it is stored.
 */
public final class PacedBroadcast {
    private static final Log LOG = Log.of(PacedBroadcast.class);
    private static final int USERS = 1_000;
    private static final int STEP_MILLIS = 100;
    private static final int MOST = 256;
    private static final int ENTRY_BYTES = 512;
    private static final long MOST_BYTES = HeapShare.atMost(8L << 20, 1) / 4;

    private final Map<String, Deque<Entry>> waiting = new ConcurrentHashMap<>();
    private final SharedByteBudget room = SharedByteBudget.halfEach(MOST_BYTES);

    private record Entry(Delivery delivery, long except) {
        int bytes() {
            return delivery.weight() + ENTRY_BYTES;
        }
    }

    /** Bytes that wait at most, of one of these. */
    public static long mostBytes() {
        return MOST_BYTES;
    }

    /** Takes a message for everybody whom {@code local} has; never blocks. */
    public void add(LocalDelivery local, String tenant, Delivery delivery, long except) {
        Entry entry = new Entry(delivery, except);
        waiting.compute(tenant, (id, entries) -> {
            if ((entries != null && entries.size() >= MOST) || !room.tryTake(tenant, entry.bytes())) {
                LOG.warn("broadcast_dropped", "tenant", tenant, "traceId", delivery.traceId());
                return entries;
            }
            if (entries != null) {
                entries.add(entry);
                return entries;
            }
            Deque<Entry> first = new ArrayDeque<>(List.of(entry));
            Thread unused = CriticalThreads.start("broadcast-" + tenant, () -> work(local, tenant));
            return first;
        });
    }

    private void work(LocalDelivery local, String tenant) {
        try {
            for (Entry entry = next(tenant, null); entry != null; entry = next(tenant, entry)) {
                try {
                    deliver(local, tenant, entry);
                } catch (RuntimeException e) {
                    LOG.error(
                            "broadcast_failed",
                            e,
                            "tenant",
                            tenant,
                            "traceId",
                            entry.delivery().traceId());
                }
            }
        } catch (InterruptedException e) {
            LOG.debug("broadcast_ended", "tenant", tenant);
        }
    }

    /** The next one after {@code done}; null ends the thread. */
    private @Nullable Entry next(String tenant, @Nullable Entry done) {
        Deque<Entry> left = waiting.computeIfPresent(tenant, (id, entries) -> {
            if (done != null) {
                entries.remove();
                room.release(tenant, done.bytes());
            }
            return entries.isEmpty() ? null : entries;
        });
        return left == null ? null : first(tenant);
    }

    private @Nullable Entry first(String tenant) {
        Entry[] first = new Entry[1];
        waiting.computeIfPresent(tenant, (id, entries) -> {
            first[0] = entries.element();
            return entries;
        });
        return first[0];
    }

    private void deliver(LocalDelivery local, String tenant, Entry entry) throws InterruptedException {
        List<String> users = local.users(tenant);
        PendingWrites writes = new PendingWrites();
        for (int from = 0; from < users.size(); from += USERS) {
            long start = System.nanoTime();
            for (String user : users.subList(from, Math.min(from + USERS, users.size()))) {
                var unused = local.deliver(tenant, user, entry.delivery(), entry.except(), writes);
            }
            writes.start();
            long left = TimeUnit.MILLISECONDS.toNanos(STEP_MILLIS) - (System.nanoTime() - start);
            boolean more = from + USERS < users.size();
            if (more && left > 0) {
                TimeUnit.NANOSECONDS.sleep(left);
            }
        }
    }
}
