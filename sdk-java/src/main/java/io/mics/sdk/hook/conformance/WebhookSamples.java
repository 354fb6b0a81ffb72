package io.mics.sdk.hook.conformance;

import io.mics.sdk.hook.JsonWriter;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;

/** Bodies like the gateway's. */
final class WebhookSamples {
    private static final String TIME = "2026-01-31T12:00:00Z";
    private static final String TRACE = "0af7651916cd43dd8448eb211c80319c";

    private final String tenant;

    WebhookSamples(String tenant) {
        this.tenant = tenant;
    }

    byte[] preSend() {
        return bytes(body("pre-send", "", Map.of("draft", draft("hello from the conformance kit"))));
    }

    /** Names and texts that need care. */
    byte[] exotic() {
        Map<String, Object> draft = new LinkedHashMap<>(draft("日本語 \u0000 \uD83D\uDE00"));
        draft.put("metadata", Map.of("quote\"back\\slash", "tab\tline\nunicode é\uD83D\uDE00"));
        return bytes(body("pre-send", "", Map.of("draft", draft)));
    }

    /** Fields of every kind that no version of the contract knows. */
    byte[] unknown() {
        Map<String, Object> body = body("pre-send", "", Map.of("draft", draft("hello")));
        body.put("from_the_future", Map.of("number", 1.5e3, "truth", true, "deep", Map.of("er", "still")));
        return bytes(body);
    }

    /** What a post-send, delivery or recall hook is given. */
    byte[] notification(String point) {
        return bytes(
                point.equals("post-send")
                        ? body(point, "", Map.of("record", message(), "draft", draft("hello")))
                        : body(point, "notify", Map.of("event", event(point))));
    }

    /** What a recall hook is asked. */
    byte[] permission() {
        return bytes(body("recall", "check", Map.of("event", event("recall"))));
    }

    private Map<String, Object> body(String point, String phase, Map<String, ?> subject) {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("context", context(phase));
        body.putAll(subject);
        body.put("metadata", Map.of("hook", "conformance", "version", "1.0.0", "hook_type", point, "attempt", "1"));
        return body;
    }

    private Map<String, Object> context(String phase) {
        return Map.of(
                "tenant_id",
                tenant,
                "session_id",
                "single:u1:u2",
                "session_type",
                "single",
                "message_type",
                "text",
                "sender_id",
                "u1",
                "trace_id",
                TRACE,
                "tags",
                Map.of(),
                "request_context",
                Map.of("request_id", "conformance", "trace_id", TRACE),
                "tenant",
                Map.of("tenant_id", tenant, "business_type", ""),
                "attributes",
                phase.isEmpty() ? Map.of() : Map.of("phase", phase));
    }

    private static Map<String, Object> draft(String text) {
        return Map.of(
                "message_id",
                "m1",
                "client_message_id",
                "1",
                "conversation_id",
                "single:u1:u2",
                "payload",
                Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8)),
                "headers",
                Map.of(),
                "metadata",
                Map.of());
    }

    private static Map<String, Object> message() {
        return Map.of(
                "message_id", "m1",
                "client_message_id", "1",
                "conversation_id", "single:u1:u2",
                "sender_id", "u1",
                "session_type", "single",
                "message_type", "text",
                "persisted_at", TIME,
                "metadata", Map.of());
    }

    private static Map<String, Object> event(String point) {
        return point.equals("delivery")
                ? Map.of(
                        "message_id", "m1",
                        "user_id", "u2",
                        "channel", "client",
                        "delivered_at", TIME,
                        "metadata", Map.of("ack_type", "client"))
                : Map.of("message_id", "m1", "operator_id", "u1", "recalled_at", TIME, "metadata", Map.of());
    }

    private static byte[] bytes(Map<String, ?> body) {
        return JsonWriter.object(body).getBytes(StandardCharsets.UTF_8);
    }
}
