package io.mics.hook.webhook;

import io.mics.hook.policy.HookDefinition;
import io.mics.hook.point.HookPoint;
import io.mics.hook.point.RemoteAttributes;
import io.mics.sdk.plugin.DeliveryEvent;
import io.mics.sdk.plugin.EntryEvent;
import io.mics.sdk.plugin.HeartbeatEvent;
import io.mics.sdk.plugin.HookContext;
import io.mics.sdk.plugin.LoginEvent;
import io.mics.sdk.plugin.MessageDraft;
import io.mics.sdk.plugin.MessageRecord;
import io.mics.sdk.plugin.RecallEvent;
import jakarta.json.spi.JsonProvider;
import jakarta.json.stream.JsonGenerator;
import jakarta.json.stream.JsonGeneratorFactory;
import java.io.ByteArrayOutputStream;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

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

    byte[] preSend(HookContext context, MessageDraft draft) {
        return body(HookPoint.PRE_SEND, context, RemoteAttributes.of(context), out -> draft(out, draft));
    }

    byte[] postSend(HookContext context, MessageRecord message) {
        return body(HookPoint.POST_SEND, context, RemoteAttributes.of(context), out -> {
            out.writeStartObject("record")
                    .write("message_id", message.messageId())
                    .write("client_message_id", message.clientMessageId())
                    .write("conversation_id", message.conversationId())
                    .write("sender_id", message.sender())
                    .write("session_type", message.sessionType())
                    .write("message_type", message.messageType())
                    .write("persisted_at", message.persistedAt().toString());
            map(out, "metadata", message.metadata());
            out.writeEnd();
            draft(
                    out,
                    new MessageDraft(
                            message.messageId(),
                            message.clientMessageId(),
                            message.conversationId(),
                            message.payload(),
                            Map.of(),
                            message.metadata()));
        });
    }

    byte[] delivery(HookContext context, DeliveryEvent delivery) {
        return body(HookPoint.DELIVERY, context, RemoteAttributes.of(context), out -> {
            out.writeStartObject("event")
                    .write("message_id", delivery.messageId())
                    .write("user_id", delivery.userId())
                    .write("channel", delivery.ackType())
                    .write("delivered_at", delivery.timestamp().toString());
            map(out, "metadata", Map.of("ack_type", delivery.ackType()));
            out.writeEnd();
        });
    }

    byte[] recall(HookContext context, RecallEvent recall, String phase) {
        return body(HookPoint.RECALL, context, RemoteAttributes.of(context, phase), out -> {
            out.writeStartObject("event")
                    .write("message_id", recall.messageId())
                    .write("operator_id", recall.operatorId())
                    .write("recalled_at", recall.recalledAt().toString());
            map(out, "metadata", recall.metadata());
            out.writeEnd();
        });
    }

    byte[] entry(HookContext context, EntryEvent entry) {
        return event(
                HookPoint.ENTRY,
                context,
                out -> out.write("address", entry.address())
                        .write("tenant_id", context.tenant())
                        .write("device_id", entry.deviceId()));
    }

    byte[] login(HookContext context, LoginEvent login) {
        return event(
                HookPoint.LOGIN,
                context,
                out -> out.write("address", login.address())
                        .write("tenant_id", context.tenant())
                        .write("user_id", login.userId())
                        .write("device_id", login.deviceId()));
    }

    byte[] heartbeat(HookContext context, HeartbeatEvent heartbeat) {
        return event(
                HookPoint.HEARTBEAT,
                context,
                out -> out.write("tenant_id", context.tenant())
                        .write("user_id", heartbeat.userId())
                        .write("device_id", heartbeat.deviceId())
                        .write("timestamp", heartbeat.timestamp().toString()));
    }

    private byte[] event(HookPoint point, HookContext context, Consumer<JsonGenerator> fields) {
        return body(point, context, RemoteAttributes.of(context), out -> {
            out.writeStartObject("event");
            fields.accept(out);
            out.writeEnd();
        });
    }

    private byte[] body(
            HookPoint point, HookContext context, Map<String, String> attributes, Consumer<JsonGenerator> subject) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(USUAL_BYTES);
        try (JsonGenerator out = GENERATORS.createGenerator(bytes)) {
            out.writeStartObject()
                    .write("hook_type", point.label().replace('-', '_'))
                    .write("timestamp", Instant.now().getEpochSecond());
            context(out, context, attributes);
            subject.accept(out);
            out.writeStartObject("metadata");
            metadata.forEach(out::write);
            out.write("hook_type", point.label())
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

    private static void draft(JsonGenerator out, MessageDraft draft) {
        out.writeStartObject("draft")
                .write("message_id", draft.messageId())
                .write("client_message_id", draft.clientMessageId())
                .write("conversation_id", draft.conversationId())
                .write("payload", Base64.getEncoder().encodeToString(draft.payload()));
        map(out, "headers", draft.headers());
        map(out, "metadata", draft.metadata());
        out.writeEnd();
    }

    private static void map(JsonGenerator out, String name, Map<String, String> entries) {
        out.writeStartObject(name);
        entries.forEach(out::write);
        out.writeEnd();
    }
}
