package io.mics.routing.delivery;

import io.mics.observe.Counter;
import io.mics.observe.Histogram;
import io.mics.observe.Metric;
import io.mics.observe.Metrics;

/** One tenant's meters of messages sent to other nodes, found once and held. */
final class ForwardMeters {
    /** Looked for on a node that does not have them any more. */
    final Counter stale;

    private final Calls single;
    private final Calls batch;

    /**
     * Of calls for one user, or of calls for several.
     *
     * @param delivered users
     * @param duration  of a call
     * @param failed    the node could not do it
     * @param notAsked  it was not asked
     * @param unknown   it was asked, and did not answer
     */
    record Calls(Counter delivered, Histogram duration, Counter failed, Counter notAsked, Counter unknown) {
        static Calls of(Metrics metrics, String tenant, String via) {
            return new Calls(
                    metrics.counter(Metric.DELIVERIES, tenant, via),
                    metrics.histogram(Metric.GRPC_FORWARD_DURATION, tenant, via),
                    metrics.counter(Metric.GRPC_FORWARD_FAILED, tenant, via, "failure"),
                    metrics.counter(Metric.GRPC_FORWARD_FAILED, tenant, via, "not_asked"),
                    metrics.counter(Metric.GRPC_FORWARD_FAILED, tenant, via, "unknown"));
        }
    }

    ForwardMeters(Metrics metrics, String tenant) {
        stale = metrics.counter(Metric.ROUTES_STALE, tenant);
        single = Calls.of(metrics, tenant, "grpc_single");
        batch = Calls.of(metrics, tenant, "grpc_batch");
    }

    Calls of(Batch calls) {
        return calls.users().size() == 1 ? single : batch;
    }
}
