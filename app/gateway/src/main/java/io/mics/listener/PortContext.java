package io.mics.listener;

import io.mics.observe.Counter;
import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * What all ports of a node share.
 *
 * @param timer     looks at sockets' deadlines
 * @param addresses what one address may take
 * @param metrics   where refusals are counted
 * @param lost      given the reason why a port cannot be served any more; the process must not go on without it
 */
public record PortContext(Timer timer, AddressLimits addresses, Metrics metrics, Consumer<Throwable> lost) {
    /** What one port counts, found once and held. */
    static final class Meters {
        final Counter acceptFailures;
        final Counter silentClosed;
        final Counter timedOut;
        final Counter proxyHeaders;
        private final Metrics metrics;
        /** By status, which are few. */
        private final Map<Integer, Counter> refused = new ConcurrentHashMap<>();

        private Meters(Metrics metrics, String port) {
            this.metrics = metrics;
            acceptFailures = metrics.counter(Metric.ACCEPT_FAILURES, port);
            silentClosed = metrics.counter(Metric.SILENT_SOCKETS_CLOSED, port);
            timedOut = metrics.counter(Metric.SOCKETS_TIMED_OUT, port);
            proxyHeaders = metrics.counter(Metric.CONNECTIONS_REFUSED, "proxy_header");
        }

        /** Counts requests that were refused with a status. */
        Counter refused(int status) {
            Counter known = refused.get(status);
            return known != null
                    ? known
                    : refused.computeIfAbsent(
                            status, s -> metrics.counter(Metric.REQUESTS_REFUSED, Integer.toString(s)));
        }
    }

    /** The meters of the port of this name. */
    Meters metersOf(String port) {
        return new Meters(metrics, port);
    }
}
