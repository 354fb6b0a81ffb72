package io.mics.offline;

import io.mics.observe.Counter;
import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import io.mics.protocol.Delivery;
import io.mics.tenant.Tenant;

/**
 * Where a message goes whose recipient has no device that took it: into the buffer. After storing, the user is looked
 * for once more, so that a message cannot miss someone who is just arriving.
 */
public final class OfflinePath {
    private final OfflineBuffer<Delivery> buffer;
    private final PresentSessions present;
    private final Metrics metrics;

    public OfflinePath(OfflineBuffer<Delivery> buffer, PresentSessions present, Metrics metrics) {
        this.buffer = buffer;
        this.present = present;
        this.metrics = metrics;
    }

    /**
     * Keeps {@code delivery} for {@code user}; says whether there was room for it. For a removed tenant there is none:
     * its absent users cannot come back.
     */
    public boolean keep(Tenant tenant, String user, Delivery delivery) {
        boolean kept = !tenant.gone()
                && buffer.store(
                                tenant.id(),
                                user,
                                delivery,
                                delivery.weight(),
                                tenant.settings().offline())
                        instanceof StoreOutcome.Stored;
        if (kept) {
            buffered(tenant).increment();
            present.offerBacklog(tenant.id(), user);
        }
        return kept;
    }

    private Counter buffered(Tenant tenant) {
        return metrics.counter(Metric.OFFLINE_BUFFERED, tenant.id(), "local");
    }
}
