package io.mics.hook.webhook;

import io.mics.hook.policy.Target.Webhook.MissingAllow;
import io.mics.httpclient.HttpOutcome.Answered;
import io.mics.proto.flare.common.v1.ErrorCode;
import io.mics.sdk.plugin.Admission;
import io.mics.sdk.plugin.HookResult;
import io.mics.sdk.plugin.MessageDraft;
import jakarta.json.JsonException;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonReader;
import jakarta.json.JsonReaderFactory;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import jakarta.json.spi.JsonProvider;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The JSON object a webhook answered. Asking it for something it does not say properly throws
 * {@link UndecodableException}; fields nobody knows are ignored.
 */
record WebhookAnswer(JsonObject json) {
    private static final JsonReaderFactory READERS = JsonProvider.provider().createReaderFactory(Map.of());
    private static final Pattern MEDIA_TYPE = Pattern.compile("[a-z]{1,20}/[a-z0-9.+-]{1,40}");
    private static final String CODE_PREFIX = "ERROR_CODE_";

    /** An answer that makes no sense; the message says why, in plain words, without quoting it. */
    static final class UndecodableException extends Exception {
        UndecodableException(String message) {
            super(message);
        }
    }

    /** Reads an answer with a body. */
    static WebhookAnswer read(Answered answered) throws UndecodableException {
        ByteArrayInputStream body = new ByteArrayInputStream(answered.body());
        try (JsonReader reader = READERS.createReader(body, StandardCharsets.UTF_8)) {
            return new WebhookAnswer(reader.readObject());
        } catch (JsonException | IllegalStateException e) {
            throw new UndecodableException("answered " + shown(answered));
        }
    }

    /** Whether a body's type says that it is a page for people. */
    static boolean isPage(Answered answered) {
        return mediaType(answered.contentType()).equals("text/html");
    }

    private static String shown(Answered answered) {
        String type = mediaType(answered.contentType());
        if (answered.body().length == 0) {
            return "an empty body, not JSON";
        }
        return MEDIA_TYPE.matcher(type).matches() && !type.endsWith("json")
                ? type + ", not JSON"
                : "something that is not a JSON object";
    }

    private static String mediaType(String contentType) {
        int parameters = contentType.indexOf(';');
        return (parameters < 0 ? contentType : contentType.substring(0, parameters))
                .strip()
                .toLowerCase(Locale.ROOT);
    }

    /** The verdict on a draft. */
    HookResult verdict(MessageDraft sent, MissingAllow missing) throws UndecodableException {
        if (!decided(missing)) {
            return new HookResult.Stop(status().code(), status().text("message").orElse(""));
        }
        Optional<WebhookAnswer> draft = object("draft");
        MessageDraft next = draft.isEmpty() ? sent : draft.get().over(sent);
        return new HookResult.Continue(next, object("tags").isEmpty() ? Map.of() : texts("tags", Map.of()));
    }

    /** Whether a connection may go on. */
    Admission admission(MissingAllow missing) throws UndecodableException {
        return decided(missing)
                ? new Admission.Allow()
                : new Admission.Deny(status().text("message").orElse(""));
    }

    private boolean decided(MissingAllow missing) throws UndecodableException {
        Optional<Boolean> allow = allow();
        if (allow.isPresent()) {
            return allow.get();
        }
        return switch (missing) {
            case ALLOW -> true;
            case DENY -> false;
            case FAILURE ->
                throw new UndecodableException(
                        "answered without \"allow\"; transport.missing-allow may say what that means");
        };
    }

    private WebhookAnswer status() throws UndecodableException {
        return object("status").orElseGet(() -> new WebhookAnswer(JsonValue.EMPTY_JSON_OBJECT));
    }

    /** What it says under {@code allow}, if anything. */
    Optional<Boolean> allow() throws UndecodableException {
        return truth("allow");
    }

    /** Whether it says no to a recall: {@code allow} or {@code success} is false. */
    boolean forbids() throws UndecodableException {
        return !allow().orElse(true) || !truth("success").orElse(true);
    }

    /** {@code status.details}, or nothing. */
    Map<String, String> details() throws UndecodableException {
        return status().texts("details", Map.of());
    }

    /** What is given replaces what was sent; ids only where they are not empty. */
    private MessageDraft over(MessageDraft sent) throws UndecodableException {
        return new MessageDraft(
                id("message_id", sent.messageId()),
                id("client_message_id", sent.clientMessageId()),
                id("conversation_id", sent.conversationId()),
                payload(sent.payload()),
                texts("headers", sent.headers()),
                texts("metadata", sent.metadata()));
    }

    private String id(String name, String sent) throws UndecodableException {
        return text(name).filter(id -> !id.isEmpty()).orElse(sent);
    }

    private byte[] payload(byte[] sent) throws UndecodableException {
        Optional<String> given = text("payload");
        try {
            return given.isEmpty() ? sent : Base64.getDecoder().decode(given.get());
        } catch (IllegalArgumentException e) {
            throw new UndecodableException("answered a \"payload\" that is not Base64");
        }
    }

    /** A number, or the name of an {@link ErrorCode} with or without its prefix; 0 when it is neither. */
    private int code() throws UndecodableException {
        return switch (json.getOrDefault("code", JsonValue.NULL)) {
            case JsonNumber number -> number(number);
            case JsonString name -> named(name.getString().strip());
            case JsonValue other -> 0;
        };
    }

    private static int number(JsonNumber number) throws UndecodableException {
        try {
            return number.intValueExact();
        } catch (ArithmeticException e) {
            throw new UndecodableException("answered a \"code\" that is not a whole number of 32 bits");
        }
    }

    private static int named(String name) {
        if (name.matches("-?\\d{1,9}")) {
            return Integer.parseInt(name);
        }
        for (ErrorCode code : ErrorCode.values()) {
            if (code != ErrorCode.UNRECOGNIZED
                    && (code.name().equals(name) || code.name().equals(CODE_PREFIX + name))) {
                return code.getNumber();
            }
        }
        return 0;
    }

    private Optional<Boolean> truth(String name) throws UndecodableException {
        JsonValue value = json.getOrDefault(name, JsonValue.NULL);
        return switch (value.getValueType()) {
            case TRUE -> Optional.of(true);
            case FALSE -> Optional.of(false);
            case NULL -> Optional.empty();
            case ARRAY, OBJECT, STRING, NUMBER -> throw wrong(name, "true or false");
        };
    }

    private Optional<String> text(String name) throws UndecodableException {
        JsonValue value = json.getOrDefault(name, JsonValue.NULL);
        if (isNull(value)) {
            return Optional.empty();
        }
        if (value instanceof JsonString text) {
            return Optional.of(text.getString());
        }
        throw wrong(name, "a string");
    }

    private Optional<WebhookAnswer> object(String name) throws UndecodableException {
        JsonValue value = json.getOrDefault(name, JsonValue.NULL);
        if (isNull(value)) {
            return Optional.empty();
        }
        if (value instanceof JsonObject object) {
            return Optional.of(new WebhookAnswer(object));
        }
        throw wrong(name, "an object");
    }

    private Map<String, String> texts(String name, Map<String, String> absent) throws UndecodableException {
        Optional<WebhookAnswer> object = object(name);
        if (object.isEmpty()) {
            return absent;
        }
        Map<String, String> all = new HashMap<>();
        for (String key : object.get().json().keySet()) {
            all.put(key, object.get().text(key).orElse(""));
        }
        return all;
    }

    private static boolean isNull(JsonValue value) {
        return value.getValueType() == JsonValue.ValueType.NULL;
    }

    private static UndecodableException wrong(String name, String expected) {
        return new UndecodableException("answered a \"" + name + "\" that is not " + expected);
    }
}
