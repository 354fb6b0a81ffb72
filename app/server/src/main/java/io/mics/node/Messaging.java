package io.mics.node;

import io.mics.concurrent.HeapShare;
import io.mics.concurrent.SharedByteBudget;
import io.mics.console.PlaygroundSettings;
import io.mics.hook.TenantBackend;
import io.mics.hook.local.PlaygroundHooks;
import io.mics.message.DeliveryIds;
import io.mics.node.hooks.OutboundHttp;
import io.mics.node.settings.NodeConfig;
import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import io.mics.routing.delivery.GroupSettings;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What serving clients and storing their messages both stand on: this node among others where there is a directory,
 * else alone; tenants' backends, events, and delivery to devices.
 *
 * @param epoch this start in the directory; 0 without one
 * @param ids   of deliveries
 */
record Messaging(
        Foundation foundation,
        GatewayState state,
        Optional<Cluster> cluster,
        long epoch,
        TenantBackend backend,
        Events events,
        Deliveries deliveries,
        DeliveryIds ids) {
    /** How long queued events may take to leave at least. */
    static final Duration LEAST_FLUSH = Duration.ofSeconds(2);

    /** What the series of one tenant take. */
    private static final long SERIES_BYTES = 400 << 10;

    /** With more tenants than these, each one's series begin with its first connection. */
    private static final long TENANTS_FROM_START = HeapShare.atMost(500 * SERIES_BYTES, 5) / SERIES_BYTES;

    /**
     * Joins the cluster; its other nodes get no answers before {@link #serve}.
     *
     * @param flushTime how long queued events may take to leave at the end
     */
    static Messaging open(Foundation foundation, Supplier<Duration> flushTime) {
        DurableLog.check(foundation);
        GatewayState state = GatewayState.empty(foundation);
        Optional<Cluster> cluster = foundation.redis().map(redis -> Cluster.join(foundation, redis, state.buffered()));
        long epoch = cluster.map(Cluster::epoch).orElse(0L);
        TenantBackend backend = backend(foundation, state);
        Events events = Events.open(foundation, epoch, flushTime);
        Deliveries deliveries = Deliveries.of(foundation, state, cluster, backend, events.log());
        return new Messaging(foundation, state, cluster, epoch, backend, events, deliveries, new DeliveryIds(epoch));
    }

    /** Answers the cluster's other nodes from now on, and what {@code pipeline} stored. */
    void serve(Optional<PipelineRole> pipeline) {
        cluster.ifPresent(joined -> ClusterMember.start(foundation, joined, state, deliveries, pipeline));
    }

    /** Whether tenants are few enough for all their series to be there from the start. */
    static boolean hasSeriesFromStart(Foundation foundation) {
        return foundation.tenants().all().size() <= TENANTS_FROM_START;
    }

    /** What asks tenants' backends. */
    private static TenantBackend backend(Foundation foundation, GatewayState state) {
        NodeConfig config = foundation.config();
        Metrics metrics = foundation.metrics();
        OutboundHttp outboundHttp = foundation.outboundHttp();
        PlaygroundHooks playground =
                new PlaygroundHooks(config.get(PlaygroundSettings.SECTION).groups());
        SharedByteBudget lists =
                new SharedByteBudget(() -> listBounds(foundation.running().get(GroupSettings.SECTION)));
        metrics.gauge(Metric.MEMBER_LIST_BYTES, lists::held, config.nodeId());
        metrics.gauge(Metric.HOOK_ANSWER_BYTES, outboundHttp.client()::answerBytes, config.nodeId());
        TenantBackend backend = new TenantBackend(
                metrics,
                outboundHttp.backends(),
                Map.of(PlaygroundHooks.BASE_URL, playground),
                lists,
                state.scheduler());
        foundation.lifecycle().forgetTenant("hooks", backend::forget);
        return backend;
    }

    private static SharedByteBudget.Bounds listBounds(GroupSettings group) {
        return new SharedByteBudget.Bounds(group.listBytes(), group.tenantListBytes());
    }
}
