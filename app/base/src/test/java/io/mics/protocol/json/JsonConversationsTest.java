package io.mics.protocol.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.protocol.AckReason;
import io.mics.protocol.ConversationFrame;
import io.mics.protocol.ConversationRef;
import io.mics.protocol.Delivery;
import io.mics.protocol.ErrorCode;
import io.mics.protocol.OutboundFrame;
import io.mics.protocol.StoredMessage;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What clients of durable tenants read. */
class JsonConversationsTest {
    private static final long ID = 1L << 60;

    private final JsonCodec codec = new JsonCodec("u1", 100, false, true);

    private String written(OutboundFrame frame) {
        return new String(codec.encode(frame).bytes(), UTF_8);
    }

    private static StoredMessage message(ByteString body, int version, long recalledMs) {
        return new StoredMessage(
                ConversationRef.ofUsers("u2", "u1"),
                3,
                ID,
                "u2",
                "d2",
                "c1",
                "",
                body,
                Map.of(),
                5,
                version * 6L,
                version,
                recalledMs);
    }

    private static StoredMessage text() {
        return message(ByteString.copyFromUtf8("hi"), 0, 0);
    }

    @Test
    void aStoredMessageHasItsNumberAndAnIdOfItsOwn() {
        Delivery stored = Delivery.stored("t1", text(), Delivery.ToSendingDevice.NOTHING, "tr");
        assertThat(written(stored))
                .isEqualTo("{\"type\":\"new-message\",\"data\":{\"conversationId\":\"single:u1:u2\",\"message\":{"
                        + "\"messageId\":\"1152921504606846976\",\"clientMsgId\":\"c1\","
                        + "\"conversationId\":\"single:u1:u2\",\"senderId\":\"u2\",\"content\":\"hi\","
                        + "\"messageType\":\"text\",\"type\":\"text\",\"createdAt\":5,\"sendTime\":5,"
                        + "\"traceId\":\"tr\",\"seqId\":3},"
                        + "\"message_id\":\"1152921504606846976\",\"client_msg_id\":\"c1\","
                        + "\"conversation_id\":\"single:u1:u2\",\"sender_id\":\"u2\",\"content\":\"hi\","
                        + "\"message_type\":\"text\",\"seq_id\":3,\"created_at\":5,\"trace_id\":\"tr\"},"
                        + "\"trace_id\":\"tr\"}");
    }

    @Test
    void anAcknowledgementSaysHowSafeTheMessageIs() {
        assertThat(written(
                        new ConversationFrame.Ack("c1", "group:g", ConversationFrame.Level.ACCEPTED, 0, 0, false, 5)))
                .isEqualTo("{\"type\":\"message-ack\",\"data\":{\"tempMessageId\":\"c1\",\"client_msg_id\":\"c1\","
                        + "\"conversationId\":\"group:g\",\"sendTime\":5,\"status\":\"sent\"}}");
        assertThat(written(
                        new ConversationFrame.Ack("c1", "group:g", ConversationFrame.Level.PERSISTED, 3, ID, false, 5)))
                .isEqualTo("{\"type\":\"message-ack\",\"data\":{\"tempMessageId\":\"c1\",\"client_msg_id\":\"c1\","
                        + "\"conversationId\":\"group:g\",\"messageId\":\"1152921504606846976\",\"seqId\":3,"
                        + "\"sendTime\":5,\"status\":\"persisted\"}}");
        assertThat(written(
                        new ConversationFrame.Ack("c1", "group:g", ConversationFrame.Level.PERSISTED, 3, ID, true, 5)))
                .contains("\"seqId\":3", "\"status\":\"duplicate\"", "\"reason\":\"duplicate\"");
        assertThat(written(
                        new OutboundFrame.Ack("c1", false, 0, AckReason.LOG_UNAVAILABLE, 5, OutboundFrame.Reach.NONE)))
                .contains("\"status\":\"failed\"", "\"reason\":\"log unavailable\"");
    }

    @Test
    void aRefusedMessageIsAnErrorForClientsThatTakeEveryAcknowledgementForSuccess() {
        JsonCodec errors = new JsonCodec("u1", 100, true, true);
        for (var each : Map.of(
                        AckReason.CONVERSATION_NOT_FOUND, "CONVERSATION_NOT_FOUND",
                        AckReason.LOG_UNAVAILABLE, "UNAVAILABLE",
                        AckReason.OUTCOME_UNKNOWN, "UNAVAILABLE",
                        AckReason.EMPTY_BODY, "INVALID_MESSAGE")
                .entrySet()) {
            OutboundFrame.Ack refused =
                    new OutboundFrame.Ack("c1", false, 0, each.getKey(), 5, OutboundFrame.Reach.NONE);
            assertThat(new String(errors.bytes(refused), UTF_8))
                    .contains("\"code\":\"" + each.getValue() + "\"", "\"tempMessageId\":\"c1\"");
        }
    }

    @Test
    void writesAPageOfAConversation() {
        StoredMessage edited = message(ByteString.copyFrom(new byte[] {(byte) 0xff, 0}), 2, 0);
        StoredMessage recalled = message(ByteString.EMPTY, 0, 9);
        String head = "{\"messageId\":\"1152921504606846976\",\"clientMsgId\":\"c1\","
                + "\"conversationId\":\"single:u1:u2\",\"senderId\":\"u2\",\"seqId\":3,";
        assertThat(written(new ConversationFrame.Page(
                        "single:u1:u2", "t1", List.of(text(), edited, recalled), 1, 8, true, "r")))
                .isEqualTo("{\"type\":\"sync-result\",\"data\":{\"conversationId\":\"single:u1:u2\",\"messages\":["
                        + head
                        + "\"messageType\":\"text\",\"type\":\"text\",\"createdAt\":5,\"sendTime\":5,"
                        + "\"content\":\"hi\"},"
                        + head
                        + "\"messageType\":\"binary\",\"type\":\"binary\",\"createdAt\":5,\"sendTime\":5,"
                        + "\"contentBase64\":\"/wA=\",\"editedAt\":12,\"version\":2},"
                        + head
                        + "\"messageType\":\"text\",\"type\":\"text\",\"createdAt\":5,\"sendTime\":5,"
                        + "\"recalledAt\":9}],"
                        + "\"firstSeq\":1,\"lastSeq\":8,\"hasMore\":true,\"requestId\":\"r\"}}");
        assertThat(written(new ConversationFrame.Page("group:g", "t1", List.of(), 0, 0, false, "")))
                .isEqualTo("{\"type\":\"sync-result\",\"data\":{\"conversationId\":\"group:g\",\"messages\":[],"
                        + "\"firstSeq\":0,\"lastSeq\":0,\"hasMore\":false}}");
    }

    @Test
    void writesAPageOfConversations() {
        assertThat(written(new ConversationFrame.Entries(
                        "t1",
                        List.of(
                                new ConversationFrame.Entry("single:u1:u2", text(), 4, 9, 5, 2),
                                new ConversationFrame.Entry("group:g", null, 0, 0, 0, 1)),
                        "next",
                        "r")))
                .startsWith("{\"type\":\"conversations\",\"data\":{\"conversations\":[{"
                        + "\"conversationId\":\"single:u1:u2\",\"lastMessage\":{\"messageId\":")
                .endsWith("\"unread\":4,\"lastSeq\":9,\"readSeq\":5,\"firstSeq\":2},{\"conversationId\":\"group:g\","
                        + "\"unread\":0,\"lastSeq\":0,\"readSeq\":0,\"firstSeq\":1}],\"nextCursor\":\"next\","
                        + "\"requestId\":\"r\"}}");
        assertThat(written(new ConversationFrame.Entries("t1", List.of(), "", "")))
                .isEqualTo("{\"type\":\"conversations\",\"data\":{\"conversations\":[]}}");
    }

    @Test
    void writesChanges() {
        for (var each : Map.<ConversationFrame, String>of(
                        new ConversationFrame.Recalled("group:g", 3, ID, "c1", "u1", 5),
                        "{\"type\":\"message-recalled\",\"data\":{\"conversationId\":\"group:g\","
                                + "\"messageId\":\"1152921504606846976\",\"clientMsgId\":\"c1\",\"seqId\":3,"
                                + "\"operatorId\":\"u1\",\"recalledAt\":5}",
                        new ConversationFrame.Edited("group:g", 3, ID, ByteString.copyFromUtf8("new"), 5, 2),
                        "{\"type\":\"message-edited\",\"data\":{\"conversationId\":\"group:g\","
                                + "\"messageId\":\"1152921504606846976\",\"seqId\":3,\"content\":\"new\","
                                + "\"editedAt\":5,\"version\":2}",
                        new ConversationFrame.Read("single:u1:u2", "u1", 9),
                        "{\"type\":\"message-read\",\"data\":{\"conversationId\":\"single:u1:u2\","
                                + "\"userId\":\"u1\",\"seqId\":9}",
                        new ConversationFrame.Typing("group:g", "u1"),
                        "{\"type\":\"typing\",\"data\":{\"conversationId\":\"group:g\",\"userId\":\"u1\"}",
                        new ConversationFrame.Updated("group:g", 4, 9),
                        "{\"type\":\"conversation-update\",\"data\":{\"conversationId\":\"group:g\","
                                + "\"unread\":4,\"lastSeq\":9}",
                        new ConversationFrame.Missed("group:g", 2, 8),
                        "{\"type\":\"gap\",\"data\":{\"conversationId\":\"group:g\",\"fromSeq\":2,\"toSeq\":8}")
                .entrySet()) {
            assertThat(written(each.getKey())).isEqualTo(each.getValue() + "}");
            assertThat(written(Delivery.change(each.getKey(), MessageRequest.getDefaultInstance(), "tr", 1)))
                    .as("for devices")
                    .isEqualTo(each.getValue() + ",\"trace_id\":\"tr\"}");
        }
    }

    @Test
    void anErrorNamesTheRequest() {
        assertThat(written(OutboundFrame.Failure.of(
                        ErrorCode.CONVERSATION_NOT_FOUND, "conversation not found", "conversationId", "r1")))
                .isEqualTo("{\"type\":\"error\",\"data\":{\"code\":\"CONVERSATION_NOT_FOUND\","
                        + "\"message\":\"conversation not found\",\"details\":{\"field\":\"conversationId\","
                        + "\"requestId\":\"r1\"}}}");
    }
}
