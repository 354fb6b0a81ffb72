package io.mics.session;

import io.mics.observe.Counter;
import io.mics.observe.Histogram;
import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import io.mics.offline.HookPull;
import io.mics.offline.OfflinePath;
import io.mics.protocol.CloseCode;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * One tenant's meters of connections and of what waits for its users, found once and held. Made when the
 * tenant is expected, at the latest with its first connection, so that every series is at 0 before anything happens.
 */
final class SessionMeters {
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
        Backlog.expect(metrics, tenant, node);
        HookPull.expect(metrics, tenant, node);
        EVICTIONS.forEach(reason -> metrics.counter(Metric.OFFLINE_BUFFER_EVICTED, tenant, reason));
    }

    Counter disconnected(CloseCode code) {
        return Objects.requireNonNull(disconnected.get(code));
    }
}
