package io.mics.pipeline.wal;

import io.mics.observe.Counter;
import io.mics.observe.Metric;
import io.mics.observe.Metrics;

/** What is counted of the tenants' write-ahead logs, found once and held. */
final class WalMeters {
    private final Metrics.PerTenant<OfTenant> held;

    /** Of one tenant. */
    static final class OfTenant {
        final Counter written;
        final Counter full;
        final Counter drained;
        final Counter refused;

        OfTenant(Metrics metrics, String tenant) {
            written = metrics.counter(Metric.WAL_MESSAGES, tenant, "written");
            full = metrics.counter(Metric.WAL_MESSAGES, tenant, "full");
            drained = metrics.counter(Metric.WAL_MESSAGES, tenant, "drained");
            refused = metrics.counter(Metric.WAL_MESSAGES, tenant, "refused");
        }
    }

    WalMeters(Metrics metrics, WalTenants tenants) {
        held = metrics.perTenant(tenant -> {
            metrics.gauge(Metric.WAL_BACKLOG, () -> tenants.known(tenant), tenant);
            return new OfTenant(metrics, tenant);
        });
    }

    OfTenant of(String tenant) {
        return held.of(tenant);
    }
}
