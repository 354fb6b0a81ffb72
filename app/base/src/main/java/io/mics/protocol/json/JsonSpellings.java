package io.mics.protocol.json;

import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The names that clients of GoChat give the fields of what they send, beside today's. */
final class JsonSpellings {
    /** Today's names by the other ones. */
    private static final Map<String, String> OTHERS = Map.ofEntries(
            Map.entry("clientMsgId", "tempMessageId"),
            Map.entry("client_msg_id", "tempMessageId"),
            Map.entry("conversation_id", "conversationId"),
            Map.entry("message_type", "messageType"),
            Map.entry("message_id", "messageId"),
            Map.entry("message_ids", "messageIds"),
            Map.entry("seq_id", "seqId"),
            Map.entry("seq_ids", "seqIds"),
            Map.entry("after_seq", "afterSeq"),
            Map.entry("before_seq", "beforeSeq"),
            Map.entry("before_ms", "beforeMs"),
            Map.entry("changed_since", "changedSince"),
            Map.entry("request_id", "requestId"));

    /** Types by their numbers, from 1. */
    private static final List<String> TYPES = List.of("text", "image", "file", "system", "voice", "video");

    private JsonSpellings() {}

    /** The fields under today's names, which win where both are given; a type that is a number by its name. */
    static JsonObject current(JsonObject message) {
        boolean other = message.keySet().stream().anyMatch(OTHERS::containsKey);
        JsonValue type = message.get("messageType");
        if (!other && (type == null || isName(type))) {
            return message;
        }
        JsonObjectBuilder builder = JsonFrames.JSON.createObjectBuilder(message);
        message.forEach((spelling, value) -> {
            String name = OTHERS.get(spelling);
            if (name != null && !message.containsKey(name)) {
                builder.add(name, value);
            }
        });
        JsonObject renamed = builder.build();
        JsonValue given = renamed.get("messageType");
        return given == null || isName(given)
                ? renamed
                : JsonFrames.JSON
                        .createObjectBuilder(renamed)
                        .add("messageType", named(given))
                        .build();
    }

    private static boolean isName(JsonValue type) {
        return type instanceof JsonString text && text.getString().matches("[a-z]+");
    }

    /** The name of a type that is a number, also one in a text, or a name in capitals; anything else as it is. */
    private static JsonValue named(JsonValue type) {
        String text = switch (type) {
            case JsonNumber number -> number.toString();
            case JsonString string ->
                string.getString().toLowerCase(Locale.ROOT).replace("message_type_", "");
            case JsonValue other -> "";
        };
        if (TYPES.contains(text)) {
            return JsonFrames.JSON.createValue(text);
        }
        int number = text.matches("[1-9]") ? Integer.parseInt(text) : 0;
        return number >= 1 && number <= TYPES.size() ? JsonFrames.JSON.createValue(TYPES.get(number - 1)) : type;
    }
}
