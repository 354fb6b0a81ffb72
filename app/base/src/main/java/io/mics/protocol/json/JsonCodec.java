package io.mics.protocol.json;

import com.google.protobuf.ByteString;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.proto.message.v1.MessageType;
import io.mics.protocol.Conversation;
import io.mics.protocol.ErrorCode;
import io.mics.protocol.FrameCodec;
import io.mics.protocol.InboundFrame;
import io.mics.protocol.OutboundFrame;
import jakarta.json.JsonArray;
import jakarta.json.JsonObject;
import jakarta.json.JsonString;
import jakarta.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The text protocol {@code mics.json.v1}, as one user speaks it: {@code {"type", "data", "trace_id"?}} per message.
 *
 * <p>A message is one document: a second one behind it, a key twice, half a surrogate pair or more than 32 levels are
 * {@code INVALID_MESSAGE}. An escaped NUL in content is taken: for us it is a body like any other.
 */
public final class JsonCodec implements FrameCodec {
    /** The sub-protocol's name in the WebSocket handshake. */
    public static final String NAME = "mics.json.v1";

    /** What every tenant's clients may send, besides {@code ping}. */
    private static final Set<String> KNOWN = Set.of("send-message", "recall", "delivery-ack");

    private final String user;
    private final int maxContentLength;
    private final boolean failuresAsErrors;
    private final boolean durable;

    /** The protocol as {@code user} of a pipe tenant speaks it, who takes acknowledgements for what they say. */
    public JsonCodec(String user, int maxContentLength) {
        this(user, maxContentLength, false, false);
    }

    /**
     * The protocol as {@code user} speaks it.
     *
     * @param maxContentLength characters allowed in one message's content; 0 is unlimited
     * @param failuresAsErrors whether the failure of a message is an {@code error} in place of a {@code message-ack}
     * @param durable          whether the user's tenant has durable conversations, as it was at the handshake
     */
    public JsonCodec(String user, int maxContentLength, boolean failuresAsErrors, boolean durable) {
        this.user = user;
        this.maxContentLength = maxContentLength;
        this.failuresAsErrors = failuresAsErrors;
        this.durable = durable;
    }

    @Override
    public boolean text() {
        return true;
    }

    @Override
    public byte[] bytes(OutboundFrame frame) {
        return frame instanceof OutboundFrame.Ack ack && !ack.sent() && failuresAsErrors
                ? JsonFrames.failed(ack)
                : JsonFrames.write(frame);
    }

    @Override
    public InboundFrame wrongKind() {
        return invalid("binary frame on a JSON connection", "");
    }

    @Override
    public InboundFrame decode(byte[] data, int offset, int length) {
        return switch (JsonText.read(data, offset, length)) {
            case JsonText.Read.Document document -> decode(document.object());
            case JsonText.Read.Invalid invalid -> invalid(invalid.what(), "");
        };
    }

    private InboundFrame decode(JsonObject envelope) {
        if (!(envelope.get("type") instanceof JsonString type)) {
            return invalid("missing required field: type", "type");
        }
        String named = type.getString();
        if (named.equals("ping")) {
            return new InboundFrame.Ping();
        }
        boolean durableOnly = JsonRequests.DURABLE_ONLY.contains(named);
        if (!durableOnly && !KNOWN.contains(named)) {
            return new InboundFrame.Unreadable(
                    new OutboundFrame.Failure(ErrorCode.UNKNOWN_TYPE, "unknown type", "type"));
        }
        if (durableOnly && !durable) {
            return new InboundFrame.Unreadable(OutboundFrame.Failure.of(
                    ErrorCode.UNKNOWN_TYPE, "durable only", "type", JsonRequests.requestId(envelope.get("data"))));
        }
        boolean bare = named.equals("conversations") && !envelope.containsKey("data");
        if (!((bare ? JsonValue.EMPTY_JSON_OBJECT : envelope.get("data")) instanceof JsonObject request)) {
            return invalid("missing required field: data", "data");
        }
        return switch (named) {
            case "send-message" ->
                durable ? JsonRequests.send(request, maxContentLength) : named(sendMessage(request), request);
            case "recall" -> durable ? JsonRequests.recall(request) : JsonRequests.recallByName(request);
            case "delivery-ack" -> durable ? JsonRequests.deliveryAck(request) : deliveryAck(request);
            case String other -> JsonRequests.durableOnly(other, request, maxContentLength);
        };
    }

    private InboundFrame sendMessage(JsonObject sent) {
        JsonObject message = JsonSpellings.current(sent);
        Optional<InboundFrame> lacking = lacking(message, "tempMessageId", "conversationId", "content");
        if (lacking.isPresent()) {
            return lacking.get();
        }
        JsonValue declared = message.getOrDefault("messageType", JsonFrames.TEXT);
        if (!(declared instanceof JsonString messageType)
                || !JsonRequests.MESSAGE_TYPES.contains(messageType.getString())) {
            return invalid("messageType is one of " + String.join(", ", JsonRequests.MESSAGE_TYPES), "messageType");
        }
        String content = message.getString("content");
        if (maxContentLength > 0 && content.codePointCount(0, content.length()) > maxContentLength) {
            return new InboundFrame.Unreadable(new OutboundFrame.Failure(
                    ErrorCode.TOO_LARGE, "content is longer than " + maxContentLength + " characters", "content"));
        }
        MessageRequest.Builder request = MessageRequest.newBuilder()
                .setMsgId(message.getString("tempMessageId"))
                .setMsgBody(ByteString.copyFromUtf8(content));
        switch (Conversation.parse(message.getString("conversationId"), user)) {
            case Conversation.WithUser with ->
                request.setMsgType(MessageType.SINGLE_CHAT).setToUserId(with.user());
            case Conversation.InGroup in ->
                request.setMsgType(MessageType.GROUP_CHAT).setGroupId(in.group());
            case Conversation.Unclear unclear -> {
                return invalid(unclear.why(), "conversationId");
            }
        }
        return new InboundFrame.Chat(request.build(), messageType.getString());
    }

    /** What is said of the first of these fields that is not a text. */
    private static Optional<InboundFrame> lacking(JsonObject message, String... fields) {
        for (String field : fields) {
            JsonValue value = message.get(field);
            if (value == null || value.equals(JsonValue.NULL)) {
                return Optional.of(invalid("missing required field: " + field, field));
            }
            if (!(value instanceof JsonString text) || text.getChars().isEmpty()) {
                return Optional.of(invalid("not a non-empty string: " + field, field));
            }
        }
        return Optional.empty();
    }

    /** {@code messageIds}, or {@code messageId} for one. */
    private static InboundFrame deliveryAck(JsonObject ack) {
        List<String> ids = new ArrayList<>();
        if (ack.get("messageIds") instanceof JsonArray several) {
            for (JsonValue each : several) {
                if (!(each instanceof JsonString id)) {
                    return invalid("not a list of strings: messageIds", "messageIds");
                }
                ids.add(id.getString());
            }
        } else {
            Optional<InboundFrame> lacking = lacking(ack, "messageId");
            if (lacking.isPresent()) {
                return ack.containsKey("messageIds")
                        ? invalid("not a list of strings: messageIds", "messageIds")
                        : invalid("missing required field: messageIds", "messageIds");
            }
            ids.add(ack.getString("messageId"));
        }
        String conversation = ack.get("conversationId") instanceof JsonString id ? id.getString() : "";
        return new InboundFrame.DeliveryAck(ids, conversation);
    }

    /** What was read of {@code message}; a failure says which one it was, as far as that can be read. */
    private static InboundFrame named(InboundFrame read, JsonObject message) {
        if (read instanceof InboundFrame.Unreadable unreadable
                && JsonSpellings.current(message).get("tempMessageId") instanceof JsonString id) {
            OutboundFrame.Failure failure = unreadable.failure();
            return new InboundFrame.Unreadable(
                    new OutboundFrame.Failure(failure.code(), failure.message(), failure.field(), id.getString()));
        }
        return read;
    }

    private static InboundFrame invalid(String why, String field) {
        return new InboundFrame.Unreadable(new OutboundFrame.Failure(ErrorCode.INVALID, why, field));
    }
}
