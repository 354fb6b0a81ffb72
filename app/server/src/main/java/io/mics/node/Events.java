package io.mics.node;

import io.mics.event.EventLog;
import io.mics.event.EventMeters;
import io.mics.event.MemoryEventLog;
import io.mics.event.kafka.KafkaEventLog;
import io.mics.event.kafka.KafkaEventSettings;
import io.mics.node.settings.NodeConfig;
import io.mics.observe.Metrics;
import io.mics.tenant.Tenant;
import io.mics.tenant.Tenants;
import java.time.Duration;
import java.util.function.Supplier;

/** Where a node's events go: to Kafka when it is configured, and nothing of Kafka is loaded when it is not. */
public final class Events {
    private Events() {}

    /**
     * The event log as configured.
     *
     * @param epoch     this start of the node; 0 when no directory numbers it, then the clock does
     * @param flushTime how long what is queued may take to leave at the end
     */
    static EventLog open(
            NodeConfig config, long epoch, Tenants tenants, Supplier<Duration> flushTime, Metrics metrics) {
        if (config.get(KafkaEventSettings.SECTION).bootstrapServers().isEmpty()) {
            return new MemoryEventLog(0, 0); // nobody reads them here
        }
        return KafkaEventLog.open(
                config.kafka(epoch),
                id -> tenants.find(id).map(tenant -> tenant.hooks().secret()),
                flushTime,
                metrics);
    }

    /** Makes every series of a tenant's events exist, at 0. */
    static void expect(EventLog events, Tenant tenant, Metrics metrics) {
        EventMeters.expect(metrics, events, tenant.id());
    }
}
