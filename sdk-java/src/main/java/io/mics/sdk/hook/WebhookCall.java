package io.mics.sdk.hook;

import io.mics.sdk.plugin.DeliveryEvent;
import io.mics.sdk.plugin.EntryEvent;
import io.mics.sdk.plugin.HeartbeatEvent;
import io.mics.sdk.plugin.HookContext;
import io.mics.sdk.plugin.LoginEvent;
import io.mics.sdk.plugin.LogoutEvent;
import io.mics.sdk.plugin.MessageDraft;
import io.mics.sdk.plugin.MessageRecord;
import io.mics.sdk.plugin.RecallEvent;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One call as the gateway posts it, decoded. What is absent is empty, and what nobody knows is ignored; what is there
 * and of the wrong kind throws {@link IllegalArgumentException}.
 */
final class WebhookCall {
    private final Map<String, @Nullable Object> json;

    private WebhookCall(Map<String, @Nullable Object> json) {
        this.json = json;
    }

    static WebhookCall read(String text) {
        return new WebhookCall(JsonText.object(text));
    }

    /** {@code pre-send}, {@code post-send}, {@code delivery}, {@code recall}, {@code entry}, … */
    String point() {
        return object("metadata").text("hook_type");
    }

    /** Whether a recall may still be refused. */
    boolean isCheck() {
        return object("context").texts("attributes").getOrDefault("phase", "").equals("check");
    }

    HookContext context(String id, int attempt) {
        WebhookCall context = object("context");
        Map<String, String> attributes = context.texts("attributes");
        return new HookContext(
                context.text("tenant_id"),
                context.object("tenant").text("business_type"),
                context.text("session_id"),
                context.text("session_type"),
                context.text("message_type"),
                context.text("sender_id"),
                attributes.getOrDefault("device_id", ""),
                context.text("trace_id"),
                id,
                attempt,
                Instant.MAX, // the gateway does not say
                context.texts("tags"),
                attributes);
    }

    EntryEvent entry() {
        WebhookCall event = object("event");
        return new EntryEvent(event.text("address"), event.text("device_id"));
    }

    LoginEvent login() {
        WebhookCall event = object("event");
        return new LoginEvent(event.text("address"), event.text("user_id"), event.text("device_id"));
    }

    HeartbeatEvent heartbeat() {
        WebhookCall event = object("event");
        return new HeartbeatEvent(event.text("user_id"), event.text("device_id"), event.time("timestamp"));
    }

    LogoutEvent logout() {
        WebhookCall event = object("event");
        return new LogoutEvent(
                event.text("user_id"), event.text("device_id"), event.number("close_code"), event.time("timestamp"));
    }

    MessageDraft draft() {
        WebhookCall draft = object("draft");
        return new MessageDraft(
                draft.text("message_id"),
                draft.text("client_message_id"),
                draft.text("conversation_id"),
                draft.bytes("payload"),
                draft.texts("headers"),
                draft.texts("metadata"));
    }

    MessageRecord record() {
        WebhookCall record = object("record");
        return new MessageRecord(
                record.text("message_id"),
                record.text("client_message_id"),
                record.text("conversation_id"),
                record.text("sender_id"),
                record.text("session_type"),
                record.text("message_type"),
                record.time("persisted_at"),
                object("draft").bytes("payload"),
                record.texts("metadata"));
    }

    DeliveryEvent delivery() {
        WebhookCall event = object("event");
        return new DeliveryEvent(
                event.text("message_id"), event.text("user_id"), event.text("channel"), event.time("delivered_at"));
    }

    RecallEvent recall() {
        WebhookCall event = object("event");
        return new RecallEvent(
                event.text("message_id"),
                event.text("operator_id"),
                event.time("recalled_at"),
                event.texts("metadata"));
    }

    @SuppressWarnings("unchecked") // only JsonText makes these maps
    private WebhookCall object(String name) {
        Object value = json.get(name);
        if (value == null) {
            return new WebhookCall(Map.of());
        }
        if (value instanceof Map<?, ?> map) {
            return new WebhookCall((Map<String, @Nullable Object>) map);
        }
        throw new IllegalArgumentException(name + " is no object");
    }

    private String text(String name) {
        Object value = json.get(name);
        if (value == null) {
            return "";
        }
        if (value instanceof String text) {
            return text;
        }
        throw new IllegalArgumentException(name + " is no string");
    }

    private int number(String name) {
        Object value = json.get(name);
        if (value == null) {
            return 0;
        }
        if (value instanceof Number number) {
            return number.intValue();
        }
        throw new IllegalArgumentException(name + " is no number");
    }

    private Map<String, String> texts(String name) {
        WebhookCall object = object(name);
        Map<String, String> texts = new HashMap<>();
        object.json.keySet().forEach(key -> texts.put(key, object.text(key)));
        return texts;
    }

    private byte[] bytes(String name) {
        try {
            return Base64.getDecoder().decode(text(name));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(name + " is not Base64", e);
        }
    }

    private Instant time(String name) {
        try {
            return text(name).isEmpty() ? Instant.EPOCH : Instant.parse(text(name));
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(name + " is no time", e);
        }
    }
}
