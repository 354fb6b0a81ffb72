package io.mics.protocol.json;

import com.google.protobuf.ByteString;
import io.mics.protocol.ConversationRequest;
import io.mics.protocol.InboundFrame;
import jakarta.json.JsonObject;
import jakarta.json.JsonValue;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads what clients of durable tenants ask for. Ids of messages and sequence numbers are taken as numbers and as
 * strings; conversations stay as they are spelled.
 */
final class JsonRequests {
    /** What a message's content may be; the first unless the client says. */
    static final List<String> MESSAGE_TYPES = List.of("text", "image", "file", "voice", "video", "system");

    /** Requests that a tenant without durable conversations cannot answer. */
    static final Set<String> DURABLE_ONLY =
            Set.of("sync", "conversations", "mark-read", "edit", "typing", "hide", "clear");

    private JsonRequests() {}

    /** Reads {@code send-message}. */
    static InboundFrame send(JsonObject data, int maxContentLength) {
        JsonFields fields = new JsonFields(JsonSpellings.current(data));
        String id = fields.text("tempMessageId");
        String conversation = fields.text("conversationId");
        String content = fields.text("content");
        String type = fields.word("messageType", MESSAGE_TYPES, MESSAGE_TYPES.get(0));
        fields.content("content", maxContentLength);
        Map<String, String> headers = fields.texts("headers");
        return fields.frame(
                () -> new ConversationRequest.Send(id, conversation, type, ByteString.copyFromUtf8(content), headers));
    }

    /** Reads one of {@link #DURABLE_ONLY}. */
    static InboundFrame durableOnly(String type, JsonObject data, int maxContentLength) {
        JsonFields fields = new JsonFields(JsonSpellings.current(data));
        return switch (type) {
            case "sync" -> sync(fields);
            case "conversations" -> conversations(fields);
            case "mark-read" -> markRead(fields);
            case "edit" -> edit(fields, maxContentLength);
            case "typing" -> typing(fields);
            case "hide" -> hide(fields);
            case "clear" -> clear(fields);
            default -> throw new IllegalArgumentException(type);
        };
    }

    /** Reads {@code recall}, of a message by its id, or by its sender's name for it and its conversation. */
    static InboundFrame recall(JsonObject data) {
        JsonFields fields = new JsonFields(JsonSpellings.current(data));
        boolean named = fields.has("tempMessageId") && !fields.has("messageId");
        String name = named ? fields.text("tempMessageId") : "";
        long id = named ? 0 : fields.number("messageId");
        String conversation = named ? fields.text("conversationId") : fields.textOr("conversationId");
        String request = fields.requestId();
        return fields.frame(() -> new ConversationRequest.Recall(id, name, conversation, request));
    }

    /** Reads {@code recall} of a tenant that stores nothing: {@code messageId} is the sender's name for the message. */
    static InboundFrame recallByName(JsonObject data) {
        JsonFields fields = new JsonFields(JsonSpellings.current(data));
        String name = fields.text("messageId");
        String conversation = fields.text("conversationId");
        String request = fields.requestId();
        return fields.frame(() -> new InboundFrame.Recall(name, conversation, request));
    }

    /** What the error echoes that answers this data; empty where it names no request. */
    static String requestId(@Nullable JsonValue data) {
        return data instanceof JsonObject object ? new JsonFields(JsonSpellings.current(object)).requestId() : "";
    }

    /** Reads {@code delivery-ack}: {@code messageIds}, or {@code messageId}, or a conversation up to {@code seqId}. */
    static InboundFrame deliveryAck(JsonObject data) {
        JsonFields fields = new JsonFields(JsonSpellings.current(data));
        boolean upTo = fields.has("seqId");
        String conversation = upTo ? fields.text("conversationId") : fields.textOr("conversationId");
        long seq = fields.numberOrZero("seqId");
        List<Long> ids = fields.has("messageId") && !fields.has("messageIds")
                ? List.of(fields.number("messageId"))
                : upTo && !fields.has("messageIds") ? List.of() : fields.numbers("messageIds");
        return fields.frame(() -> new ConversationRequest.Delivered(ids, conversation, seq));
    }

    private static InboundFrame sync(JsonFields fields) {
        String conversation = fields.text("conversationId");
        long after = fields.numberOrZero("afterSeq");
        long limit = fields.numberOrZero("limit");
        String request = fields.requestId();
        return fields.frame(() -> new ConversationRequest.Sync(conversation, after, limit, request));
    }

    private static InboundFrame conversations(JsonFields fields) {
        long since = fields.numberOrZero("changedSince");
        long limit = fields.numberOrZero("limit");
        String cursor = fields.textOr("cursor");
        String request = fields.requestId();
        return fields.frame(() -> new ConversationRequest.ListConversations(since, limit, cursor, request));
    }

    private static InboundFrame markRead(JsonFields fields) {
        String conversation = fields.text("conversationId");
        long seq = fields.number("seqId");
        String request = fields.requestId();
        return fields.frame(() -> new ConversationRequest.MarkRead(conversation, seq, request));
    }

    private static InboundFrame edit(JsonFields fields, int maxContentLength) {
        String conversation = fields.text("conversationId");
        long id = fields.number("messageId");
        String content = fields.content("content", maxContentLength);
        String request = fields.requestId();
        return fields.frame(
                () -> new ConversationRequest.Edit(conversation, id, ByteString.copyFromUtf8(content), request));
    }

    private static InboundFrame typing(JsonFields fields) {
        String conversation = fields.text("conversationId");
        return fields.frame(() -> new ConversationRequest.Typing(conversation));
    }

    private static InboundFrame hide(JsonFields fields) {
        String conversation = fields.text("conversationId");
        List<Long> seqs = fields.has("seqId") && !fields.has("seqIds")
                ? List.of(fields.number("seqId"))
                : fields.numbers("seqIds");
        String request = fields.requestId();
        return fields.frame(() -> new ConversationRequest.Hide(conversation, seqs, request));
    }

    private static InboundFrame clear(JsonFields fields) {
        String conversation = fields.text("conversationId");
        long seq = fields.numberOrZero("beforeSeq");
        long ms = fields.numberOrZero("beforeMs");
        String request = fields.requestId();
        return fields.frame(() -> new ConversationRequest.Clear(conversation, seq, ms, request));
    }
}
