package io.mics.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.concurrent.Deadline;
import io.mics.observe.SpanSink.Ended;
import io.mics.testing.SpanCollector;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status.StatusCode;
import java.io.IOException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SpansTest {
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

    private static Ended ended(String trace, boolean child, String name, String failure) {
        return new Ended(trace, "m1", child, name, 2_000_000, failure, Map.of("tenant", "t1"));
    }

    @Test
    void whatWasDoneForAMessageHangsUnderIt() throws IOException {
        try (SpanCollector collector = new SpanCollector()) {
            try (Spans spans = new Spans(collector.endpoint(), 1, "node-1")) {
                spans.ended(ended(TRACE, true, "hook pre-send words", "500 from nowhere"));
                spans.ended(ended(TRACE, false, "message", ""));
            }
            List<Span> got = collector.spans();
            assertThat(got).extracting(Span::getName).containsExactly("hook pre-send words", "message");
            assertThat(got)
                    .allSatisfy(span -> assertThat(
                                    HexFormat.of().formatHex(span.getTraceId().toByteArray()))
                            .isEqualTo(TRACE));
            Span call = got.getFirst();
            Span message = got.getLast();
            assertThat(call.getParentSpanId()).isEqualTo(message.getSpanId());
            assertThat(message.getParentSpanId().isEmpty()).isTrue();
            assertThat(call.getEndTimeUnixNano() - call.getStartTimeUnixNano()).isEqualTo(2_000_000);
            assertThat(call.getStatus().getCode()).isEqualTo(StatusCode.STATUS_CODE_ERROR);
            assertThat(call.getStatus().getMessage()).isEqualTo("500 from nowhere");
            assertThat(call.getAttributes(0).getValue().getStringValue()).isEqualTo("t1");
            assertThat(collector.resources()).contains("mics", "node-1");
        }
    }

    @Test
    void sendsTheConfiguredShareOfTraces() throws IOException {
        try (SpanCollector collector = new SpanCollector()) {
            try (Spans spans = new Spans(collector.endpoint(), 0.2, "node-1")) {
                for (int i = 0; i < 1_000; i++) {
                    spans.ended(ended(TraceId.create(), false, "message", ""));
                }
            }
            assertThat(collector.spans().size()).isBetween(120, 280);
        }
    }

    @Test
    void aCollectorThatIsAwayHoldsNobodyUp() throws IOException {
        String nobody;
        try (SpanCollector collector = new SpanCollector()) {
            nobody = collector.endpoint();
        }
        Deadline end = Deadline.after(Duration.ofSeconds(10));
        try (Spans spans = new Spans(nobody, 1, "node-1")) {
            for (int i = 0; i < 10_000; i++) {
                spans.ended(ended(TRACE, true, "hook", ""));
            }
        }
        assertThat(end.expired()).isFalse();
    }
}
