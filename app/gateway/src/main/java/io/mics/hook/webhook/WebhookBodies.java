package io.mics.hook.webhook;

import io.mics.hook.point.HookRequest;
import io.mics.hook.point.RemoteAttributes;
import io.mics.hook.policy.HookDefinition;
import io.mics.sdk.plugin.HookContext;
import jakarta.json.spi.JsonProvider;
import jakarta.json.stream.JsonGenerator;
import jakarta.json.stream.JsonGeneratorFactory;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/**
 * What is posted to one webhook: {@code {hook_type, timestamp, context, draft|record|event, metadata}} with the names
 * of the gRPC contract, and beside them those that servers of the original adapter read: {@code hook_type} as {@code
 * pre_send}, {@code timestamp} in seconds, and in the context {@code conversation_id} and {@code conversation_type}.
 * {@code metadata} says which hook is called: {@code hook}, {@code version}, {@code hook_type} and {@code attempt}.
 */
final class WebhookBodies {
    private static final JsonGeneratorFactory GENERATORS =
            JsonProvider.provider().createGeneratorFactory(Map.of());
    private static final int USUAL_BYTES = 1_024;

    private final Map<String, String> metadata;

    /** Bodies for a hook; {@code metadata} is sent with all of them and replaces none of our own fields. */
    WebhookBodies(HookDefinition definition, Map<String, String> metadata) {
        Map<String, String> all = new HashMap<>(metadata);
        all.put("hook", definition.name());
        all.put("version", definition.version().toString());
        all.remove("hook_type");
        all.remove("attempt");
        this.metadata = Map.copyOf(all);
    }

    /** The body of one call. */
    byte[] of(HookContext context, HookRequest<?> request) {
        String point = request.point().label();
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(USUAL_BYTES);
        try (JsonGenerator out = GENERATORS.createGenerator(bytes)) {
            out.writeStartObject()
                    .write("hook_type", point.replace('-', '_'))
                    .write("timestamp", Instant.now().getEpochSecond());
            context(out, context, RemoteAttributes.of(context, request));
            request.write(out, context);
            out.writeStartObject("metadata");
            metadata.forEach(out::write);
            out.write("hook_type", point)
                    .write("attempt", String.valueOf(context.attempt()))
                    .writeEnd();
            out.writeEnd();
        }
        return bytes.toByteArray();
    }

    private static void context(JsonGenerator out, HookContext context, Map<String, String> attributes) {
        out.writeStartObject("context")
                .write("tenant_id", context.tenant())
                .write("session_id", context.sessionId())
                .write("session_type", context.sessionType())
                .write("conversation_id", context.sessionId())
                .write("conversation_type", context.sessionType())
                .write("message_type", context.messageType())
                .write("sender_id", context.sender())
                .write("trace_id", context.traceId());
        map(out, "tags", context.tags());
        out.writeStartObject("request_context")
                .write("request_id", context.idempotencyKey())
                .write("trace_id", context.traceId())
                .writeEnd();
        out.writeStartObject("tenant")
                .write("tenant_id", context.tenant())
                .write("business_type", context.businessType())
                .writeEnd();
        map(out, "attributes", attributes);
        out.writeEnd();
    }

    private static void map(JsonGenerator out, String name, Map<String, String> entries) {
        out.writeStartObject(name);
        entries.forEach(out::write);
        out.writeEnd();
    }
}
