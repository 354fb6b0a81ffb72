package io.mics.node;

import io.mics.concurrent.FairScheduler;
import io.mics.concurrent.NodeLoad;
import io.mics.node.settings.NodeConfig;
import io.mics.observe.Counter;
import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import io.mics.offline.OfflineBuffer;
import io.mics.offline.OfflineMemory;
import io.mics.protocol.Delivery;
import io.mics.session.OutboundBudget;
import io.mics.session.SessionRegistry;
import io.mics.timer.TimerTask;
import io.mics.ws.InboundBudget;
import io.mics.ws.QueueSettings;
import java.util.concurrent.TimeUnit;

/**
 * What a gateway holds in memory.
 *
 * @param scheduler    whose turn it is with long work
 * @param load     whose turn it is with short work, when there are too few processors
 * @param sessions who is connected here
 * @param arriving what has begun to come in
 * @param queued   what waits for sockets
 * @param buffered what waits for absent users
 */
record GatewayState(
        FairScheduler scheduler,
        NodeLoad load,
        SessionRegistry sessions,
        InboundBudget arriving,
        OutboundBudget queued,
        OfflineBuffer<Delivery> buffered) {
    private static final long SWEEP_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** Nobody connected, nothing waiting; what is too old is dropped once a second. */
    static GatewayState empty(Foundation foundation) {
        NodeConfig config = foundation.config();
        Metrics metrics = foundation.metrics();
        NodeLoad load = NodeLoad.forThisMachine();
        OutboundBudget queued =
                new OutboundBudget(config.get(QueueSettings.Outbound.SECTION).totalBytes());
        GatewayState state = new GatewayState(
                FairScheduler.forThisMachine(load),
                load,
                new SessionRegistry(queued, metrics),
                arriving(config, metrics),
                queued,
                new OfflineBuffer<>(config.get(OfflineMemory.SECTION).maxBytes(), System::nanoTime, metrics));
        state.meter(metrics, config.nodeId());
        foundation.lifecycle().forgetTenant("load", load::forget);
        foundation.lifecycle().forgetTenant("offline buffer", state.buffered::forget);
        foundation.keepTenantWhile(state.sessions::hasSessions);
        TimerTask sweep = now -> {
            state.buffered.sweep();
            return SWEEP_NANOS;
        };
        foundation.wheel().schedule(sweep, SWEEP_NANOS);
        return state;
    }

    private static InboundBudget arriving(NodeConfig config, Metrics metrics) {
        Metrics.PerTenant<Counter> gaveWay =
                metrics.perTenant(tenant -> metrics.counter(Metric.INBOUND_GAVE_WAY, tenant));
        return new InboundBudget(config.get(QueueSettings.Inbound.SECTION).totalBytes(), tenant -> {
            if (!tenant.isEmpty()) {
                gaveWay.of(tenant).increment();
            }
        });
    }

    private void meter(Metrics metrics, String node) {
        metrics.gauge(Metric.WS_CONNECTIONS, sessions::size, node);
        metrics.gauge(Metric.INBOUND_BUFFERED_BYTES, arriving::used, node);
        metrics.gauge(Metric.OUTBOUND_QUEUED_BYTES, queued::used, node);
        metrics.gauge(Metric.OFFLINE_BUFFERED_BYTES, buffered::bytes, node);
        metrics.gauge(Metric.NODE_LOADED, () -> load.isLoaded() ? 1 : 0, node);
        metrics.total(Metric.READER_WAITS, load::waits, node);
        metrics.gauge(Metric.FANOUTS_WAITING, scheduler::waiting, node);
    }
}
