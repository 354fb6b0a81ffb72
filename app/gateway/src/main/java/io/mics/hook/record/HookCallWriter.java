package io.mics.hook.record;

import io.mics.hook.point.DeliveryRequest;
import io.mics.hook.point.HookRequest;
import io.mics.hook.point.PostSendRequest;
import io.mics.hook.point.PreSendRequest;
import io.mics.hook.point.RecallRequest;
import io.mics.hook.registry.DraftChange;
import io.mics.sdk.plugin.HookContext;
import io.mics.sdk.plugin.MessageDraft;
import io.mics.sdk.plugin.MessageRecord;
import io.mics.sdk.plugin.RecallEvent;
import jakarta.json.spi.JsonProvider;
import jakarta.json.stream.JsonGenerator;
import jakarta.json.stream.JsonGeneratorFactory;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;

/**
 * Writes a redacted call as one line of JSON, which {@link HookCallReader} reads. A body is its text, or only so long.
 */
final class HookCallWriter {
    private static final JsonGeneratorFactory GENERATORS =
            JsonProvider.provider().createGeneratorFactory(Map.of());

    private final JsonGenerator out;

    private HookCallWriter(JsonGenerator out) {
        this.out = out;
    }

    /** The line, without its end. */
    static String line(HookCall call) {
        StringWriter line = new StringWriter();
        try (JsonGenerator out = GENERATORS.createGenerator(line)) {
            new HookCallWriter(out).write(call);
        }
        return line.toString();
    }

    private void write(HookCall call) {
        out.writeStartObject()
                .write("ts", call.at().toString())
                .write("point", call.request().point().label())
                .write("hook", call.hook())
                .write("version", call.version().toString())
                .write("transport", call.transport());
        write(call.context());
        write(call.request());
        write(call.outcome());
        out.write("elapsedMicros", call.tookMicros()).writeEnd();
    }

    private void write(HookContext c) {
        out.writeStartObject("context")
                .write("tenant", c.tenant())
                .write("businessType", c.businessType())
                .write("sessionId", c.sessionId())
                .write("sessionType", c.sessionType())
                .write("messageType", c.messageType())
                .write("sender", c.sender())
                .write("device", c.device())
                .write("traceId", c.traceId())
                .write("idempotencyKey", c.idempotencyKey())
                .write("attempt", c.attempt());
        write("tags", c.tags());
        write("attributes", c.attributes());
        out.writeEnd();
    }

    private void write(HookRequest.OfMessage<?> request) {
        switch (request) {
            case PreSendRequest it -> write(it.draft());
            case PostSendRequest it -> write(it.message());
            case DeliveryRequest it ->
                out.writeStartObject("event")
                        .write("messageId", it.delivery().messageId())
                        .write("userId", it.delivery().userId())
                        .write("ackType", it.delivery().ackType())
                        .write("at", it.delivery().timestamp().toString())
                        .writeEnd();
            case RecallRequest.Check it -> write("check", it.recall());
            case RecallRequest.Notify it -> write("notify", it.recall());
        }
    }

    private void write(MessageDraft d) {
        out.writeStartObject("draft")
                .write("messageId", d.messageId())
                .write("clientMessageId", d.clientMessageId())
                .write("conversationId", d.conversationId());
        body(d.payload());
        write("headers", d.headers());
        write("metadata", d.metadata());
        out.writeEnd();
    }

    private void write(MessageRecord m) {
        out.writeStartObject("record")
                .write("messageId", m.messageId())
                .write("clientMessageId", m.clientMessageId())
                .write("conversationId", m.conversationId())
                .write("sender", m.sender())
                .write("sessionType", m.sessionType())
                .write("messageType", m.messageType())
                .write("at", m.persistedAt().toString());
        body(m.payload());
        write("metadata", m.metadata());
        out.writeEnd();
    }

    private void write(String phase, RecallEvent r) {
        out.writeStartObject("event")
                .write("phase", phase)
                .write("messageId", r.messageId())
                .write("operatorId", r.operatorId())
                .write("at", r.recalledAt().toString());
        write("metadata", r.metadata());
        out.writeEnd();
    }

    private void write(RecordedOutcome outcome) {
        out.writeStartObject("reply")
                .write("verdict", outcome.verdict())
                .write("code", outcome.code())
                .write("text", outcome.text())
                .writeStartArray("changed");
        for (DraftChange change : outcome.changes()) {
            out.writeStartObject()
                    .write("field", change.field().name().toLowerCase(Locale.ROOT))
                    .write("before", change.before())
                    .write("after", change.after())
                    .writeEnd();
        }
        out.writeEnd().writeEnd();
    }

    private void body(byte[] redacted) {
        if (redacted.length > 0 && Arrays.equals(redacted, new byte[redacted.length])) {
            out.write("zeros", redacted.length);
        } else {
            out.write("text", new String(redacted, StandardCharsets.UTF_8));
        }
    }

    private void write(String name, Map<String, String> values) {
        out.writeStartObject(name);
        values.forEach(out::write);
        out.writeEnd();
    }
}
