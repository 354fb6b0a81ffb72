package io.mics.pipeline;

import io.mics.observe.Counter;
import io.mics.observe.Histogram;
import io.mics.observe.Metric;
import io.mics.observe.Metrics;

/** What the log's readers count of one tenant, found once and held. */
final class PipelineMeters {
    final Counter stored;
    final Counter duplicate;
    final Counter refused;
    final Counter unreadable;
    final Counter retries;
    final Counter batches;
    final Histogram commit;

    private PipelineMeters(Metrics metrics, String tenant) {
        stored = metrics.counter(Metric.PIPELINE_MESSAGES, tenant, "stored");
        duplicate = metrics.counter(Metric.PIPELINE_MESSAGES, tenant, "duplicate");
        refused = metrics.counter(Metric.PIPELINE_MESSAGES, tenant, "refused");
        unreadable = metrics.counter(Metric.PIPELINE_MESSAGES, tenant, "unreadable");
        retries = metrics.counter(Metric.PIPELINE_RETRIES, tenant);
        batches = metrics.counter(Metric.PIPELINE_BATCHES, tenant);
        commit = metrics.histogram(Metric.PIPELINE_COMMIT_DURATION, tenant);
    }

    /** The meters of all tenants. */
    static Metrics.PerTenant<PipelineMeters> of(Metrics metrics) {
        return metrics.perTenant(tenant -> new PipelineMeters(metrics, tenant));
    }
}
