package io.mics.hook.record;

import io.mics.hook.point.HookPoint;
import io.mics.hook.point.HookResponse;
import io.mics.hook.policy.HookDefinition;
import io.mics.hook.registry.HookExecution;
import io.mics.observe.Counter;
import io.mics.observe.Histogram;
import io.mics.observe.Log;
import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import io.mics.observe.SpanSink;
import io.mics.observe.TraceBuffer;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * Makes every execution seen: counted, timed, in the message's trace, and in the audit log. Failures of one kind are
 * logged at most once in 5 s per tenant and hook; the audit log has all of them.
 */
public final class HookRecords implements HookExecution.Sink {
    private static final Log LOG = Log.of(HookRecords.class);
    private static final long LOG_INTERVAL = TimeUnit.SECONDS.toNanos(5);
    private static final Set<String> MESSAGE_TYPES =
            Set.of("text", "image", "file", "voice", "video", "system", "binary");
    private static final String OTHER = "other";

    private final Metrics metrics;
    private final Metrics.PerTenant<Meters> meters;
    private final TraceBuffer traces;
    private final HookAudit audit;
    private final SpanSink spans;
    private final Map<Failing, AtomicLong> nextLog = new ConcurrentHashMap<>();

    private record Failing(String tenant, String hook, String result) {}

    /** What is counted of one tenant's hooks: as many as its hooks have versions, results and types of messages. */
    private static final class Meters {
        private final Metrics metrics;
        private final String tenant;
        private final Map<Execution, Counter> executions = new ConcurrentHashMap<>();
        private final Map<Latency, Histogram> latencies = new ConcurrentHashMap<>();
        private final Map<String, Counter> rateLimited = new ConcurrentHashMap<>();

        private record Execution(String hook, String version, HookPoint point, String result) {}

        private record Latency(String hook, String messageType) {}

        Meters(Metrics metrics, String tenant) {
            this.metrics = metrics;
            this.tenant = tenant;
        }

        void count(HookExecution e) {
            Execution execution = new Execution(e.hook(), e.version(), e.point(), e.result());
            Counter known = executions.get(execution);
            (known != null ? known : executions.computeIfAbsent(execution, this::counter)).increment();
            if (e.point() == HookPoint.PRE_SEND) {
                latency(new Latency(e.hook(), bounded(e.messageType()))).record(e.tookNanos() / 1_000_000.0);
            }
            if (HookResponse.Kind.RATE_LIMITED.label().equals(e.result())) {
                rateLimited
                        .computeIfAbsent(e.hook(), hook -> metrics.counter(Metric.HOOK_RATE_LIMITED, tenant, hook))
                        .increment();
            }
        }

        private Histogram latency(Latency of) {
            Histogram known = latencies.get(of);
            return known != null ? known : latencies.computeIfAbsent(of, this::histogram);
        }

        private Counter counter(Execution of) {
            return metrics.counter(
                    Metric.HOOK_EXECUTIONS,
                    tenant,
                    of.hook(),
                    of.version(),
                    of.point().label(),
                    of.result());
        }

        private Histogram histogram(Latency of) {
            return metrics.histogram(Metric.PRE_SEND_HOOK_LATENCY, tenant, of.hook(), of.messageType());
        }
    }

    public HookRecords(Metrics metrics, TraceBuffer traces, HookAudit audit, SpanSink spans) {
        this.metrics = metrics;
        this.meters = metrics.perTenant(tenant -> new Meters(metrics, tenant));
        this.traces = traces;
        this.audit = audit;
        this.spans = spans;
    }

    @Override
    public void executed(HookExecution e) {
        meters.of(e.tenant()).count(e);
        if (e.point().isOfMessages()) {
            traces.note(
                    e.tenant(),
                    e.messageId(),
                    "hook " + e.point().label(),
                    e.hook() + "@" + e.version(),
                    () -> words(e));
        }
        audit.write(e);
        if (spans.wants()) {
            spans.ended(span(e));
        }
        if (isFailure(e)) {
            logged(e);
        }
    }

    /** For the audit alone: counting is the dispatcher's. */
    @Override
    public void logged(String tenant, String messageId, String messageType, String traceId) {
        if (audit.isEnabled()) {
            audit.write(new HookExecution(
                    tenant,
                    HookPoint.POST_SEND,
                    HookExecution.LOG,
                    "",
                    HookDefinition.Mode.ENFORCE,
                    "",
                    messageId,
                    messageType,
                    traceId,
                    "ok",
                    0,
                    "",
                    List.of()));
        }
    }

    @Override
    public void registered(String tenant, String hook, LongSupplier circuit) {
        metrics.gauge(Metric.HOOK_CIRCUIT_STATE, circuit, tenant, hook);
    }

    @Override
    public void rolledBack(String tenant, HookDefinition version, String cause) {
        metrics.counter(Metric.HOOK_ROLLBACKS, tenant, version.name()).increment();
        LOG.warn(
                "hook_rolled_back",
                "tenant",
                tenant,
                "hook",
                version.name(),
                "version",
                version.version().toString(),
                "cause",
                cause);
    }

    private static String words(HookExecution e) {
        return e.result() + (e.mode() == HookDefinition.Mode.SHADOW ? " (shadow)" : "") + " in "
                + TimeUnit.NANOSECONDS.toMicros(e.tookNanos()) + " us"
                + (e.cause().isEmpty() ? "" : ": " + e.cause())
                + (e.changes().isEmpty() ? "" : ", changed " + e.changes());
    }

    /** Without a message, the spans of a connection share a parent that is not sent. */
    private static SpanSink.Ended span(HookExecution e) {
        boolean ofMessage = e.point().isOfMessages();
        return new SpanSink.Ended(
                e.traceId(),
                e.messageId(),
                true,
                "hook " + e.point().label() + " " + e.hook(),
                e.tookNanos(),
                isFailure(e) ? e.cause() : "",
                Map.of(
                        "mics.tenant",
                        e.tenant(),
                        ofMessage ? "mics.message" : "mics.who",
                        ofMessage ? e.messageId() : e.who(),
                        "mics.hook",
                        e.hook(),
                        "mics.version",
                        e.version(),
                        "mics.result",
                        e.result()));
    }

    private static boolean isFailure(HookExecution e) {
        return switch (e.result()) {
            case "allow", "stop", "ok" -> false;
            default -> true;
        };
    }

    private void logged(HookExecution e) {
        long now = System.nanoTime();
        AtomicLong next =
                nextLog.computeIfAbsent(new Failing(e.tenant(), e.hook(), e.result()), failing -> new AtomicLong(now));
        long due = next.get();
        if (now - due >= 0 && next.compareAndSet(due, now + LOG_INTERVAL)) {
            LOG.warn(
                    "hook_failed",
                    "tenant",
                    e.tenant(),
                    "traceId",
                    e.traceId(),
                    "hook",
                    e.hook(),
                    "version",
                    e.version(),
                    "point",
                    e.point().label(),
                    "result",
                    e.result(),
                    "cause",
                    e.cause());
        }
    }

    /** The message type as a metric label; what clients make up counts as one. */
    public static String bounded(String messageType) {
        return MESSAGE_TYPES.contains(messageType) ? messageType : OTHER;
    }

    /** Forgets a tenant. */
    public void forget(String tenant) {
        nextLog.keySet().removeIf(failing -> failing.tenant().equals(tenant));
    }
}
