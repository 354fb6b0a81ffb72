package io.mics.offline;

import io.mics.observe.Counter;
import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import io.mics.tenant.OfflineSettings;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Messages buffered in memory for users who are away, in the order they came. Bounded per user, per tenant and per
 * node; at a limit the oldest goes. A user's messages are leased to one taker at a time.
 *
 * @param <T> a message
 */
public final class OfflineBuffer<T> {
    private final Map<String, TenantBuffer<T>> tenants = new ConcurrentHashMap<>();
    private final AtomicLong bytes = new AtomicLong();
    private final ReentrantLock shrinking = new ReentrantLock();
    private final long maxBytes;
    private final LongSupplier nanoClock;
    private final Metrics.PerTenant<Evicted> evicted;

    /** One tenant's evicted messages, by reason, which are few. */
    private record Evicted(Metrics metrics, String tenant, Map<String, Counter> byReason) {
        void count(String reason, int count) {
            byReason.computeIfAbsent(reason, why -> metrics.counter(Metric.OFFLINE_BUFFER_EVICTED, tenant, why))
                    .add(count);
        }
    }

    /**
     * An empty buffer.
     *
     * @param maxBytes of all messages on this node; the largest tenant's least recently written user is evicted; 0 is
     *                 unlimited
     */
    public OfflineBuffer(long maxBytes, LongSupplier nanoClock, Metrics metrics) {
        this.maxBytes = maxBytes;
        this.nanoClock = nanoClock;
        this.evicted = metrics.perTenant(tenant -> new Evicted(metrics, tenant, new ConcurrentHashMap<>()));
    }

    /** Stores a message of {@code size} bytes. */
    public StoreOutcome store(String tenant, String user, T message, int size, OfflineSettings limits) {
        if (limits.messagesPerUser() == 0) {
            return new StoreOutcome.Refused("no offline buffer");
        }
        if ((limits.bytesPerUser() > 0 && size > limits.bytesPerUser()) || (maxBytes > 0 && size > maxBytes)) {
            return new StoreOutcome.Refused("larger than the buffer");
        }
        long now = nanoClock.getAsLong();
        long ttl = limits.ttl().toNanos();
        BufferedMessage<T> buffered = new BufferedMessage<>(message, size, ttl == 0 ? Long.MAX_VALUE : now + ttl);
        boolean[] added = new boolean[1];
        // inside compute, so that a tenant that just became empty is not removed under the new message
        tenants.compute(tenant, (id, known) -> {
            TenantBuffer<T> buffer = known == null ? new TenantBuffer<>(id, evictions(id)) : known;
            TenantBuffer.Added outcome = buffer.add(user, buffered, limits, now);
            bytes.addAndGet(outcome.growth());
            added[0] = outcome.stored();
            return buffer;
        });
        if (!added[0]) {
            return new StoreOutcome.Refused("buffer is being drained and full");
        }
        if (maxBytes > 0 && bytes.get() > maxBytes) {
            shrink();
        }
        return new StoreOutcome.Stored();
    }

    /** The right to a user's messages; empty when nothing is buffered, or somebody else has it. */
    public Optional<BacklogLease<T>> take(String tenant, String user) {
        TenantBuffer<T> buffer = tenants.get(tenant);
        if (buffer == null) {
            return Optional.empty();
        }
        TenantBuffer.Taken<T> taken = buffer.take(user, nanoClock.getAsLong());
        bytes.addAndGet(-taken.freed());
        UserBuffer<T> messages = taken.user();
        if (messages == null) {
            forgetIfEmpty(tenant);
            return Optional.empty();
        }
        return Optional.of(new LocalBacklogLease<>(new LocalBacklogLease.Owner<T>() {
            @Override
            public List<T> messages() {
                return buffer.messages(messages);
            }

            @Override
            public void confirm(int n) {
                bytes.addAndGet(-buffer.confirm(messages, n));
            }

            @Override
            public void giveBack() {
                bytes.addAndGet(-buffer.giveBack(user, messages));
                forgetIfEmpty(tenant);
            }
        }));
    }

    /** Whether something is buffered for a user, or leased. */
    public boolean holds(String tenant, String user) {
        TenantBuffer<T> buffer = tenants.get(tenant);
        return buffer != null && buffer.holds(user);
    }

    /** Everybody for whom something is buffered, by tenant, as of about now. */
    public Map<String, List<String>> holders() {
        Map<String, List<String>> holders = new HashMap<>();
        tenants.forEach((tenant, buffer) -> holders.put(tenant, buffer.names()));
        return holders;
    }

    /** Drops what has expired; called from time to time. */
    public void sweep() {
        long now = nanoClock.getAsLong();
        for (String tenant : tenants.keySet()) {
            TenantBuffer<T> buffer = tenants.get(tenant);
            if (buffer != null) {
                bytes.addAndGet(-buffer.expire(now));
                forgetIfEmpty(tenant);
            }
        }
    }

    /** Drops all that is buffered for a tenant, except what is leased. */
    public void forget(String tenant) {
        tenants.computeIfPresent(tenant, (id, buffer) -> {
            OptionalLong freed = buffer.evictOldestUser("removed", "");
            while (freed.isPresent()) {
                bytes.addAndGet(-freed.getAsLong());
                freed = buffer.evictOldestUser("removed", "");
            }
            return buffer.isEmpty() ? null : buffer;
        });
    }

    /** Bytes buffered on this node. */
    public long bytes() {
        return bytes.get();
    }

    /** Users for whom something is buffered. */
    public int users() {
        return tenants.values().stream().mapToInt(TenantBuffer::users).sum();
    }

    private void shrink() {
        shrinking.lock();
        try {
            while (bytes.get() > maxBytes) {
                @Nullable
                TenantBuffer<T> largest = tenants.values().stream()
                        .max(Comparator.comparingLong(TenantBuffer::bytes))
                        .orElse(null);
                if (largest == null) {
                    return;
                }
                OptionalLong freed = largest.evictOldestUser("total", "");
                if (freed.isEmpty()) {
                    return;
                }
                bytes.addAndGet(-freed.getAsLong());
                forgetIfEmpty(largest.tenant());
            }
        } finally {
            shrinking.unlock();
        }
    }

    private void forgetIfEmpty(String tenant) {
        tenants.computeIfPresent(tenant, (id, buffer) -> buffer.isEmpty() ? null : buffer);
    }

    private TenantBuffer.Evictions evictions(String tenant) {
        return (reason, count) -> evicted.of(tenant).count(reason, count);
    }
}
