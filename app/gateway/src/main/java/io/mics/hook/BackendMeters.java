package io.mics.hook;

import io.mics.observe.Counter;
import io.mics.observe.Histogram;
import io.mics.observe.Log;
import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/** The meters and the failure log of one tenant's one operation; held, so that counting looks nothing up. */
final class BackendMeters {
    private static final Log LOG = Log.of(TenantBackend.class);
    private static final long LOG_INTERVAL = TimeUnit.SECONDS.toNanos(5);

    private final String tenant;
    private final BackendOperation operation;
    private final Map<CallResult, Counter> requests = new EnumMap<>(CallResult.class);
    private final Map<CallResult, Counter> outcomes = new EnumMap<>(CallResult.class);
    private final Counter queueRejected;
    private final Histogram duration;
    private final Histogram wait;
    private final Map<CallResult, AtomicLong> nextLog = new EnumMap<>(CallResult.class);

    BackendMeters(Metrics metrics, String tenant, BackendOperation operation) {
        this.tenant = tenant;
        this.operation = operation;
        for (CallResult result : CallResult.values()) {
            requests.put(result, metrics.counter(Metric.HOOK_REQUESTS, tenant, operation.label(), result.label()));
            nextLog.put(result, new AtomicLong(System.nanoTime()));
            switch (operation) {
                case AUTH -> {}
                case CHECK_MESSAGE ->
                    outcomes.put(result, metrics.counter(Metric.HOOK_CHECK_MESSAGE, tenant, checkLabel(result)));
                case GET_GROUP_MEMBERS ->
                    outcomes.put(result, metrics.counter(Metric.HOOK_GET_GROUP_MEMBERS, tenant, result.label()));
                case GET_OFFLINE_MESSAGES ->
                    outcomes.put(result, metrics.counter(Metric.HOOK_GET_OFFLINE_MESSAGES, tenant, result.label()));
            }
        }
        queueRejected = metrics.counter(
                Metric.HOOK_LIMITER_REJECTED, tenant, operation.label(), CallResult.QUEUE_REJECTED.label());
        wait = metrics.histogram(Metric.HOOK_WAIT, tenant, operation.label());
        duration = metrics.histogram(Metric.HOOK_DURATION, tenant, operation.label());
    }

    /** Counts one call's end. */
    void count(CallResult result) {
        count(requests, result);
        count(outcomes, result);
        if (result == CallResult.QUEUE_REJECTED) {
            queueRejected.increment();
        }
    }

    /** Records how long a call waited here before the backend was asked. */
    void waited(long askedNanos) {
        wait.recordSince(askedNanos);
    }

    /** Records how long the backend took, whatever it said. */
    void took(long startNanos) {
        duration.recordSince(startNanos);
    }

    /** Logs a failure, unless the same one was logged less than 5 s ago. */
    void log(CallResult result, String traceId, String cause) {
        long now = System.nanoTime();
        AtomicLong next = Objects.requireNonNull(nextLog.get(result));
        long due = next.get();
        if (now - due >= 0 && next.compareAndSet(due, now + LOG_INTERVAL)) {
            LOG.warn(
                    "backend_call_failed",
                    "tenant",
                    tenant,
                    "traceId",
                    traceId,
                    "op",
                    operation.label(),
                    "result",
                    result.label(),
                    "cause",
                    cause);
        }
    }

    private static void count(Map<CallResult, Counter> counters, CallResult result) {
        Counter counter = counters.get(result);
        if (counter != null) {
            counter.increment();
        }
    }

    /** A missing secret denies by configuration; every other failure is degraded, whatever is then assumed. */
    private static String checkLabel(CallResult result) {
        return switch (result) {
            case OK -> "allow";
            case DENY, SIGN_REQUIRED -> "deny";
            case QUEUE_REJECTED, TIMEOUT, CIRCUIT_OPEN, HTTP_4XX, HTTP_5XX, NETWORK_ERROR, DECODE_ERROR -> "degraded";
        };
    }
}
