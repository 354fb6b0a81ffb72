package io.mics.session;

import io.mics.observe.Counter;
import io.mics.observe.Histogram;
import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import io.mics.offline.BackendPull;
import io.mics.offline.OfflinePath;
import io.mics.protocol.CloseCode;
import io.mics.tenant.Tenant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;

/**
 * One tenant's meters of connections and of what waits for its users, found once and held. Made when the
 * tenant is expected, at the latest with its first connection, so that every series is at 0 before anything happens.
 */
public final class SessionMeters {
    private static final List<String> EVICTIONS = List.of("oldest", "users", "total", "expired");

    final Counter connected;
    final Histogram connectDuration;
    final Counter connectionLimit;
    final Counter flapping;
    final Counter heartbeatTimeouts;
    final Counter dropped;
    final Counter slowConsumers;
    final Counter ignored;
    private final Map<CloseCode, Counter> disconnected = new EnumMap<>(CloseCode.class);

    /** The meters of every tenant, and those of connections that have none yet. Safe on any thread. */
    public static final class OfTenants {
        private final Metrics metrics;
        private final String node;
        private final Counter leftEarly;
        private final ConcurrentMap<String, SessionMeters> held;
        private final Consumer<Tenant> newcomer;

        /** Of {@code node}; {@code newcomer} is given each tenant before its first meters are made. */
        public OfTenants(Metrics metrics, String node, Consumer<Tenant> newcomer) {
            this.metrics = metrics;
            this.node = node;
            this.leftEarly = metrics.counter(Metric.WS_LEFT_EARLY, node);
            this.held = metrics.mapPerTenant();
            this.newcomer = newcomer;
        }

        /** Counts a peer that left before it was decided whether it gets a session. */
        void leftEarly() {
            leftEarly.increment();
        }

        SessionMeters of(Tenant tenant) {
            SessionMeters known = held.get(tenant.id());
            return known != null ? known : held.computeIfAbsent(tenant.id(), id -> create(tenant));
        }

        private SessionMeters create(Tenant tenant) {
            newcomer.accept(tenant);
            return new SessionMeters(metrics, tenant.id(), node);
        }
    }

    SessionMeters(Metrics metrics, String tenant, String node) {
        connected = metrics.counter(Metric.WS_CONNECTED, tenant, node);
        connectDuration = metrics.histogram(Metric.CONNECT_DURATION, tenant);
        connectionLimit = metrics.counter(Metric.RATE_LIMITED, tenant, "connection_limit");
        flapping = metrics.counter(Metric.DEVICE_FLAPPING, tenant);
        heartbeatTimeouts = metrics.counter(Metric.WS_HEARTBEAT_TIMEOUTS, tenant);
        dropped = metrics.counter(Metric.OUTBOUND_DROPPED, tenant);
        ignored = metrics.counter(Metric.FRAMES_IGNORED, tenant);
        metrics.counter(Metric.INBOUND_GAVE_WAY, tenant);
        slowConsumers = metrics.counter(Metric.SLOW_CONSUMERS_CLOSED, tenant);
        for (CloseCode code : CloseCode.values()) {
            disconnected.put(
                    code, metrics.counter(Metric.WS_DISCONNECTED, tenant, node, Integer.toString(code.code())));
        }
        countedElsewhere(metrics, tenant, node);
    }

    private static void countedElsewhere(Metrics metrics, String tenant, String node) {
        metrics.counter(Metric.DELIVERIES, tenant, "local");
        metrics.counter(Metric.OFFLINE_BUFFERED, tenant, "local");
        metrics.counter(Metric.OFFLINE_BUFFERED, tenant, OfflinePath.FALLBACK);
        metrics.counter(Metric.OFFLINE_NOTIFIED, tenant);
        Backlog.registerMetrics(metrics, tenant, node);
        BackendPull.registerMetrics(metrics, tenant, node);
        EVICTIONS.forEach(reason -> metrics.counter(Metric.OFFLINE_BUFFER_EVICTED, tenant, reason));
    }

    Counter disconnected(CloseCode code) {
        return Objects.requireNonNull(disconnected.get(code));
    }
}
