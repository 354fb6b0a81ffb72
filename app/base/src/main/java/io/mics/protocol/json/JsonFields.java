package io.mics.protocol.json;

import io.mics.protocol.ConversationRequest;
import io.mics.protocol.ErrorCode;
import io.mics.protocol.InboundFrame;
import io.mics.protocol.OutboundFrame;
import jakarta.json.JsonArray;
import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads the fields of one request, under today's names, and remembers the first that is missing or wrong. What a wrong
 * one reads as is of no account: {@link #frame} then is the failure.
 */
final class JsonFields {
    private final JsonObject data;
    private OutboundFrame.@Nullable Failure problem;

    JsonFields(JsonObject data) {
        this.data = data;
    }

    /** The frame that {@code fields} were read for, or what is wrong with the first that is. */
    InboundFrame frame(Supplier<InboundFrame> frame) {
        String requestId = requestId();
        OutboundFrame.Failure failure = problem;
        return failure == null
                ? frame.get()
                : new InboundFrame.Unreadable(new OutboundFrame.Failure(
                        failure.code(), failure.message(), failure.field(), messageName(), requestId));
    }

    /** Whether it is given, and not null. */
    boolean has(String field) {
        JsonValue value = data.get(field);
        return value != null && !value.equals(JsonValue.NULL);
    }

    /** A text of at least one character. */
    String text(String field) {
        if (!has(field)) {
            return missing(field);
        }
        if (data.get(field) instanceof JsonString text && !text.getChars().isEmpty()) {
            return text.getString();
        }
        return wrong(field, "not a non-empty string: ");
    }

    /** A text of at least one and at most {@code max} characters; 0 is unlimited. */
    String content(String field, int max) {
        String content = text(field);
        if (max > 0 && content.codePointCount(0, content.length()) > max) {
            report(ErrorCode.TOO_LARGE, field + " is longer than " + max + " characters", field);
        }
        return content;
    }

    /** A text, or the empty one where it is not given. */
    String textOr(String field) {
        if (!has(field)) {
            return "";
        }
        return data.get(field) instanceof JsonString text ? text.getString() : wrong(field, "not a string: ");
    }

    /** One of a few words, or {@code otherwise} where it is not given. */
    String word(String field, List<String> words, String otherwise) {
        String word = has(field) && data.get(field) instanceof JsonString text ? text.getString() : otherwise;
        if (data.containsKey(field) && !(data.get(field) instanceof JsonString && words.contains(word))) {
            report(ErrorCode.INVALID, field + " is one of " + String.join(", ", words), field);
        }
        return word;
    }

    /** A whole number of 64 bits, as a number or a string. */
    long number(String field) {
        if (!has(field)) {
            missing(field);
            return 0;
        }
        return integer(data.get(field), field, "not a 64-bit integer: ");
    }

    /** A whole number of 64 bits, or 0 where it is not given. */
    long numberOrZero(String field) {
        return has(field) ? number(field) : 0;
    }

    /** Whole numbers of 64 bits, as numbers or strings. */
    List<Long> numbers(String field) {
        List<Long> read = new ArrayList<>();
        if (!has(field)) {
            missing(field);
        } else if (data.get(field) instanceof JsonArray several && !several.isEmpty()) {
            several.forEach(each -> read.add(integer(each, field, "not a list of 64-bit integers: ")));
        } else {
            wrong(field, "not a list of 64-bit integers: ");
        }
        return read;
    }

    /** Texts by name; none where it is not given. */
    Map<String, String> texts(String field) {
        Map<String, String> read = new LinkedHashMap<>();
        if (has(field)) {
            if (data.get(field) instanceof JsonObject object) {
                object.forEach((name, value) -> {
                    if (value instanceof JsonString text) {
                        read.put(name, text.getString());
                    } else {
                        wrong(field, "not an object of strings: ");
                    }
                });
            } else {
                wrong(field, "not an object of strings: ");
            }
        }
        return read;
    }

    /** What the answer echoes; empty where it is not given. */
    String requestId() {
        String id = textOr("requestId");
        if (id.codePointCount(0, id.length()) > ConversationRequest.REQUEST_ID_MAX) {
            report(
                    ErrorCode.INVALID,
                    "requestId is longer than " + ConversationRequest.REQUEST_ID_MAX + " characters",
                    "requestId");
            return "";
        }
        return id;
    }

    /** What a message's sender calls it, as far as that can be read. */
    private String messageName() {
        return data.get("tempMessageId") instanceof JsonString id ? id.getString() : "";
    }

    private long integer(@Nullable JsonValue value, String field, String otherwise) {
        String text = value instanceof JsonNumber number && number.isIntegral()
                ? number.toString()
                : value instanceof JsonString string ? string.getString() : "";
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            wrong(field, otherwise);
            return 0;
        }
    }

    private String missing(String field) {
        return wrong(field, "missing required field: ");
    }

    private String wrong(String field, String what) {
        report(ErrorCode.INVALID, what + field, field);
        return "";
    }

    private void report(ErrorCode code, String what, String field) {
        if (problem == null) {
            problem = new OutboundFrame.Failure(code, what, field);
        }
    }
}
