package io.mics.node;

import io.mics.concurrent.NodeLoad;
import io.mics.concurrent.Turns;
import io.mics.lifecycle.Closing;
import io.mics.lifecycle.TenantCleanup;
import io.mics.node.settings.NodeConfig;
import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import io.mics.observe.log.LogSetup;
import io.mics.offline.OfflineBuffer;
import io.mics.offline.OfflineMemory;
import io.mics.protocol.Delivery;
import io.mics.session.OutboundBudget;
import io.mics.session.SessionRegistry;
import io.mics.session.timer.TimerTask;
import io.mics.session.timer.TimingWheel;
import io.mics.tenant.Tenants;
import io.mics.ws.InboundBudget;
import io.mics.ws.QueueSettings;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * What a node holds in memory, and the wheel that keeps it small.
 *
 * @param turns    whose turn it is with long work
 * @param load     whose turn it is with short work, when there are too few processors
 * @param sessions who is connected here
 * @param arriving what has begun to come in
 * @param queued   what waits for sockets
 * @param kept     what waits for absent users
 * @param cleanup  what is held of each tenant
 */
record NodeState(
        Metrics metrics,
        TimingWheel wheel,
        Turns turns,
        NodeLoad load,
        Tenants tenants,
        SessionRegistry sessions,
        InboundBudget arriving,
        OutboundBudget queued,
        OfflineBuffer<Delivery> kept,
        TenantCleanup cleanup) {
    private static final Duration WHEEL_TICK = Duration.ofMillis(100);

    /** Nobody connected, nothing waiting; {@code closing} ends what runs. */
    static NodeState empty(NodeConfig config, Closing closing) {
        Metrics metrics = closing.add("metrics", new Metrics());
        InboundBudget arriving =
                new InboundBudget(config.get(QueueSettings.Inbound.SECTION).totalBytes(), tenant -> {
                    if (!tenant.isEmpty()) {
                        metrics.counter(Metric.INBOUND_GAVE_WAY, tenant).increment();
                    }
                });
        OutboundBudget queued =
                new OutboundBudget(config.get(QueueSettings.Outbound.SECTION).totalBytes());
        SessionRegistry sessions = new SessionRegistry(queued, metrics);
        OfflineBuffer<Delivery> kept =
                new OfflineBuffer<>(config.get(OfflineMemory.SECTION).maxBytes(), System::nanoTime, metrics);
        metrics.gauge(Metric.WS_CONNECTIONS, sessions::size, config.nodeId());
        metrics.gauge(Metric.INBOUND_BUFFERED_BYTES, arriving::used, config.nodeId());
        metrics.gauge(Metric.OUTBOUND_QUEUED_BYTES, queued::used, config.nodeId());
        metrics.total(Metric.LOG_LINES_SUPPRESSED, LogSetup::suppressed, config.nodeId());
        metrics.gauge(Metric.OFFLINE_BUFFERED_BYTES, kept::bytes, config.nodeId());
        ProcessMeters.add(metrics, config.nodeId());
        NodeLoad load = NodeLoad.forThisMachine();
        TenantCleanup cleanup = new TenantCleanup();
        cleanup.add("metrics", metrics::forget);
        cleanup.add("load", load::forget);
        cleanup.add("offline buffer", kept::forget);
        Turns turns = Turns.forThisMachine(load);
        metrics.gauge(Metric.NODE_LOADED, () -> load.isLoaded() ? 1 : 0, config.nodeId());
        metrics.total(Metric.READER_WAITS, load::waits, config.nodeId());
        metrics.gauge(Metric.FANOUTS_WAITING, turns::waiting, config.nodeId());
        return new NodeState(
                metrics,
                closing.add("wheel", TimingWheel.start(WHEEL_TICK)),
                turns,
                load,
                new Tenants(config.tenants().all()),
                sessions,
                arriving,
                queued,
                kept,
                cleanup);
    }

    /** Drops, once a second, what is too old, and what is held of a tenant that is gone for good. */
    void sweep() {
        TimerTask sweep = now -> {
            kept.sweep();
            tenants.forgetRemoved(sessions::hasSessions, cleanup::forget);
            return TimeUnit.SECONDS.toNanos(1);
        };
        wheel.schedule(sweep, TimeUnit.SECONDS.toNanos(1));
    }
}
