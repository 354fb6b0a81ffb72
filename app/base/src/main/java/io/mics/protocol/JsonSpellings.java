package io.mics.protocol;

import jakarta.json.JsonNumber;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The names that clients of GoChat give the fields of a message, beside today's. */
final class JsonSpellings {
    private static final Map<String, List<String>> OTHERS = Map.of(
            "tempMessageId", List.of("clientMsgId", "client_msg_id"),
            "conversationId", List.of("conversation_id"),
            "messageType", List.of("message_type"));

    /** Types by their numbers, from 1. */
    private static final List<String> TYPES = List.of("text", "image", "file", "system", "voice", "video");

    private JsonSpellings() {}

    /** The message under today's names, which win where both are given; a type that is a number by its name. */
    static JsonObject current(JsonObject message) {
        boolean other = OTHERS.values().stream().flatMap(List::stream).anyMatch(message::containsKey);
        JsonValue type = message.get("messageType");
        if (!other && (type == null || isName(type))) {
            return message;
        }
        JsonObjectBuilder builder = JsonFrames.JSON.createObjectBuilder(message);
        OTHERS.forEach((name, spellings) -> spellings.stream()
                .filter(spelling -> message.containsKey(spelling) && !message.containsKey(name))
                .findFirst()
                .ifPresent(spelling -> builder.add(name, message.get(spelling))));
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
