package io.mics.protocol.json;

import com.google.protobuf.ByteString;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.protocol.AckReason;
import io.mics.protocol.ConversationFrame;
import io.mics.protocol.Delivery;
import io.mics.protocol.ErrorCode;
import io.mics.protocol.OutboundFrame;
import jakarta.json.JsonString;
import jakarta.json.spi.JsonProvider;
import jakarta.json.stream.JsonGenerator;
import jakarta.json.stream.JsonGeneratorFactory;
import java.io.ByteArrayOutputStream;
import java.util.Base64;
import java.util.Map;

/** How each outbound frame is written as JSON. */
final class JsonFrames {
    static final JsonProvider JSON = JsonProvider.provider();
    static final JsonString TEXT = JSON.createValue("text");

    private static final JsonGeneratorFactory GENERATORS = JSON.createGeneratorFactory(Map.of());

    private JsonFrames() {}

    static byte[] write(OutboundFrame frame) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try (JsonGenerator out = GENERATORS.createGenerator(bytes)) {
            out.writeStartObject();
            switch (frame) {
                case OutboundFrame.Connected c -> connected(out, c);
                case ConversationFrame c -> JsonConversations.write(out, c);
                case Delivery d -> delivery(out, d);
                case OutboundFrame.Ack a -> messageAck(out, a);
                case OutboundFrame.Failure f -> error(out, f);
                case OutboundFrame.Pong p ->
                    data(out, "pong").write("timestamp", p.timestampMs()).writeEnd();
                case OutboundFrame.Gap g ->
                    data(out, "gap").write("dropped", g.dropped()).writeEnd();
            }
            out.writeEnd();
        }
        return bytes.toByteArray();
    }

    private static void delivery(JsonGenerator out, Delivery d) {
        ConversationFrame change = d.change();
        if (change != null) {
            JsonConversations.write(out, change);
            out.write("trace_id", d.traceId());
        } else if (d.isRecall()) {
            messageRecalled(out, d);
        } else {
            newMessage(out, d);
        }
    }

    static JsonGenerator data(JsonGenerator out, String type) {
        return out.write("type", type).writeStartObject("data");
    }

    private static void connected(JsonGenerator out, OutboundFrame.Connected c) {
        data(out, "connected")
                .write("userId", c.user())
                .write("deviceId", c.device())
                .write("nodeId", c.node())
                .write("traceId", c.traceId())
                .write("heartbeatSeconds", c.heartbeatSeconds())
                .writeEnd()
                .write("trace_id", c.traceId());
    }

    private static void messageAck(JsonGenerator out, OutboundFrame.Ack a) {
        String status = !a.sent() ? "failed" : a.reason().equals(AckReason.DUPLICATE) ? "duplicate" : "sent";
        data(out, "message-ack")
                .write("tempMessageId", a.msgId())
                .write("client_msg_id", a.msgId())
                .write("messageId", a.msgId())
                .write("sendTime", a.timestampMs())
                .write("status", status);
        if (!a.reason().isEmpty()) {
            out.write("reason", a.reason());
        }
        if (a.code() != 0) {
            out.write("code", a.code());
        }
        if (a.reach().partial()) {
            out.write("partialDelivery", true)
                    .write("offlineSkippedUsers", a.reach().skipped());
        }
        out.writeEnd();
    }

    /** The failure of a message as an error, for clients that take every acknowledgement for success. */
    static byte[] failed(OutboundFrame.Ack a) {
        ErrorCode code = switch (a.reason()) {
            case AckReason.QPS_LIMITED, AckReason.TENANT_BUSY -> ErrorCode.RATE_LIMITED;
            case AckReason.BODY_TOO_LARGE -> ErrorCode.TOO_LARGE;
            case AckReason.INVALID_TO_USER, AckReason.INVALID_GROUP -> ErrorCode.NO_RECIPIENT;
            case AckReason.CONVERSATION_NOT_FOUND -> ErrorCode.CONVERSATION_NOT_FOUND;
            case AckReason.LOG_UNAVAILABLE, AckReason.OUTCOME_UNKNOWN -> ErrorCode.UNAVAILABLE;
            case AckReason.INTERNAL_ERROR -> ErrorCode.INTERNAL;
            case String other -> ErrorCode.INVALID;
        };
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        try (JsonGenerator out = GENERATORS.createGenerator(bytes)) {
            out.writeStartObject();
            data(out, "error").write("code", code.jsonCode()).write("message", a.reason());
            out.writeStartObject("details")
                    .write("tempMessageId", a.msgId())
                    .write("client_msg_id", a.msgId())
                    .write("reason", a.reason())
                    .write("sendTime", a.timestampMs());
            if (a.code() != 0) {
                out.write("code", a.code());
            }
            out.writeEnd().writeEnd().writeEnd();
        }
        return bytes.toByteArray();
    }

    private static void error(JsonGenerator out, OutboundFrame.Failure f) {
        data(out, "error").write("code", f.code().jsonCode()).write("message", f.message());
        out.writeStartObject("details");
        if (f.code() == ErrorCode.UNKNOWN_TYPE) {
            out.write("reason", f.message());
        }
        if (!f.field().isEmpty()) {
            out.write("field", f.field());
        }
        if (!f.msgId().isEmpty()) {
            out.write("tempMessageId", f.msgId());
        }
        if (!f.requestId().isEmpty()) {
            out.write("requestId", f.requestId());
        }
        out.writeEnd().writeEnd();
    }

    private static void messageRecalled(JsonGenerator out, Delivery d) {
        data(out, "message-recalled")
                .write("conversationId", d.conversation())
                .write("messageId", d.message().getMsgId())
                .write("operatorId", d.message().getUserId())
                .write("recalledAt", d.message().getTimestampMs())
                .writeEnd()
                .write("trace_id", d.traceId());
    }

    /**
     * Every spelling: today's, the two names GoChat's clients read, and the flat snake_case ones of older clients. A
     * message that is stored has its number in its conversation and an id of its own; any other its sender's name.
     */
    private static void newMessage(JsonGenerator out, Delivery d) {
        MessageRequest message = d.message();
        Delivery.Stored stored = d.stored();
        String conversation = stored == null ? d.conversation() : stored.conversation();
        String id = stored == null ? message.getMsgId() : Long.toString(stored.messageId());
        Content content = Content.of(message.getMsgBody(), d.contentType());
        data(out, "new-message").write("conversationId", conversation);
        out.writeStartObject("message")
                .write("messageId", id)
                .write("clientMsgId", message.getMsgId())
                .write("conversationId", conversation)
                .write("senderId", message.getUserId())
                .write(content.name(), content.text())
                .write("messageType", content.type())
                .write("type", content.type())
                .write("createdAt", message.getTimestampMs())
                .write("sendTime", message.getTimestampMs())
                .write("traceId", d.traceId());
        if (stored != null) {
            out.write("seqId", stored.seq());
        }
        out.writeEnd()
                .write("message_id", id)
                .write("client_msg_id", message.getMsgId())
                .write("conversation_id", conversation)
                .write("sender_id", message.getUserId())
                .write(content.name(), content.text())
                .write("message_type", content.type());
        if (stored != null) {
            out.write("seq_id", stored.seq());
        }
        out.write("created_at", message.getTimestampMs())
                .write("trace_id", d.traceId())
                .writeEnd();
        out.write("trace_id", d.traceId());
    }

    /** A body as JSON has it: {@code content} where it is UTF-8, else {@code contentBase64}; and what kind it is. */
    record Content(String name, String text, String type) {
        static Content of(ByteString body, String contentType) {
            return body.isValidUtf8()
                    ? new Content("content", body.toStringUtf8(), contentType.isEmpty() ? "text" : contentType)
                    : new Content("contentBase64", Base64.getEncoder().encodeToString(body.toByteArray()), "binary");
        }
    }
}
