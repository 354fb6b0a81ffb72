package io.mics.hook.point;

import io.mics.sdk.plugin.MessageDraft;
import jakarta.json.stream.JsonGenerator;
import java.util.Base64;
import java.util.Map;

/** Parts that requests have alike, by the names of the published contract. */
final class JsonFields {
    private JsonFields() {}

    static void draft(JsonGenerator json, MessageDraft draft) {
        json.writeStartObject("draft")
                .write("message_id", draft.messageId())
                .write("client_message_id", draft.clientMessageId())
                .write("conversation_id", draft.conversationId())
                .write("payload", Base64.getEncoder().encodeToString(draft.payload()));
        map(json, "headers", draft.headers());
        map(json, "metadata", draft.metadata());
        json.writeEnd();
    }

    static void map(JsonGenerator json, String name, Map<String, String> entries) {
        json.writeStartObject(name);
        entries.forEach(json::write);
        json.writeEnd();
    }
}
