package io.mics.observe;

import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.context.Context;
import io.opentelemetry.exporter.otlp.http.trace.OtlpHttpSpanExporter;
import io.opentelemetry.sdk.resources.Resource;
import io.opentelemetry.sdk.trace.IdGenerator;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.export.BatchSpanProcessor;
import io.opentelemetry.sdk.trace.samplers.Sampler;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Messages and the hook calls made for them as spans, in batches to an OpenTelemetry collector over OTLP/HTTP. Spans
 * that it does not take in time are dropped: at most 2048 wait.
 */
public final class Spans implements SpanSink, AutoCloseable {
    private static final Duration CALL = Duration.ofSeconds(5);
    private static final long LAST_MS = 2_000;

    private final GivenIds ids = new GivenIds();
    private final SdkTracerProvider provider;
    private final Tracer tracer;

    /**
     * Spans of {@code node}.
     *
     * @param endpoint the collector's base URL, such as {@code http://127.0.0.1:4318}
     * @param share    of the traces that are sent, 0 to 1; the same traces on every node
     */
    public Spans(String endpoint, double share, String node) {
        provider = SdkTracerProvider.builder()
                .setResource(Resource.create(Attributes.builder()
                        .put("service.name", "mics")
                        .put("service.instance.id", node)
                        .build()))
                .setIdGenerator(ids)
                .setSampler(Sampler.traceIdRatioBased(share))
                .addSpanProcessor(BatchSpanProcessor.builder(OtlpHttpSpanExporter.builder()
                                .setEndpoint(endpoint + "/v1/traces")
                                .setTimeout(CALL)
                                .build())
                        .build())
                .build();
        tracer = provider.get("mics");
    }

    @Override
    public void ended(Ended span) {
        long end = TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis());
        SpanBuilder builder = tracer.spanBuilder(span.name())
                .setSpanKind(span.child() ? SpanKind.CLIENT : SpanKind.SERVER)
                .setStartTimestamp(end - span.tookNanos(), TimeUnit.NANOSECONDS);
        for (Map.Entry<String, String> attribute : span.attributes().entrySet()) {
            builder.setAttribute(attribute.getKey(), attribute.getValue());
        }
        Span started = span.child() ? started(builder, span) : ids.startedAs(span, builder);
        if (!span.failure().isEmpty()) {
            started.setStatus(StatusCode.ERROR, span.failure());
        }
        started.end(end, TimeUnit.NANOSECONDS);
    }

    private static Span started(SpanBuilder builder, Ended span) {
        SpanContext parent = SpanContext.create(
                span.traceId(), span.messageSpan(), TraceFlags.getSampled(), TraceState.getDefault());
        return builder.setParent(Context.root().with(Span.wrap(parent))).startSpan();
    }

    /** Sends what waits, for two seconds at most. */
    @Override
    public void close() {
        provider.shutdown().join(LAST_MS, TimeUnit.MILLISECONDS);
    }

    /** Gives a message's span the ids that the spans below it name, which ended before it. */
    private static final class GivenIds implements IdGenerator {
        private static final ThreadLocal<@Nullable Ended> STARTING = new ThreadLocal<>();

        private final IdGenerator random = IdGenerator.random();

        Span startedAs(Ended span, SpanBuilder builder) {
            STARTING.set(span);
            try {
                return builder.setNoParent().startSpan();
            } finally {
                STARTING.remove();
            }
        }

        @Override
        public String generateSpanId() {
            Ended span = STARTING.get();
            return span == null ? random.generateSpanId() : span.messageSpan();
        }

        @Override
        public String generateTraceId() {
            Ended span = STARTING.get();
            return span == null ? random.generateTraceId() : span.traceId();
        }
    }
}
