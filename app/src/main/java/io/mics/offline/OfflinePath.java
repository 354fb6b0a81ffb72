package io.mics.offline;

import io.mics.observe.Counter;
import io.mics.observe.Log;
import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.protocol.Delivery;
import io.mics.tenant.Tenant;
import org.jspecify.annotations.Nullable;

/**
 * Where a message goes whose recipient has no device that took it: into the buffer. After storing, the user is looked
 * for once more, so that a message cannot miss someone who is just arriving.
 */
public final class OfflinePath {
    private static final Log LOG = Log.of(OfflinePath.class);

    private final OfflineBuffer<Delivery> buffer;
    private final PresentSessions present;
    private final Metrics metrics;

    public OfflinePath(OfflineBuffer<Delivery> buffer, PresentSessions present, Metrics metrics) {
        this.buffer = buffer;
        this.present = present;
        this.metrics = metrics;
    }

    /** Keeps {@code delivery} for {@code user}; says whether there was room for it. */
    public boolean keep(Tenant tenant, String user, Delivery delivery) {
        boolean kept = buffer.store(
                        tenant.id(),
                        user,
                        delivery,
                        delivery.weight(),
                        tenant.settings().offline())
                instanceof StoreOutcome.Stored;
        if (kept) {
            buffered(tenant).increment();
            LOG.debug("kept", described(user, delivery));
            present.offerBacklog(tenant.id(), user);
        }
        return kept;
    }

    /** Which message, and for whom, as fields of a log line. */
    public static @Nullable Object[] described(String user, Delivery delivery) {
        MessageRequest message = delivery.message();
        return new Object[] {
            "tenant", message.getTenantId(),
            "user", user,
            "from", message.getUserId(),
            "device", message.getDeviceId(),
            "msgId", message.getMsgId()
        };
    }

    private Counter buffered(Tenant tenant) {
        return metrics.counter(Metric.OFFLINE_BUFFERED, tenant.id(), "local");
    }
}
