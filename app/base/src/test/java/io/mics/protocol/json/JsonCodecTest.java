package io.mics.protocol.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.proto.message.v1.MessageType;
import io.mics.protocol.Conversation;
import io.mics.protocol.Delivery;
import io.mics.protocol.ErrorCode;
import io.mics.protocol.InboundFrame;
import io.mics.protocol.OutboundFrame;
import io.mics.protocol.ProtobufCodec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonCodecTest {
    private final JsonCodec codec = new JsonCodec("u1", 5);

    private InboundFrame decode(String json) {
        byte[] bytes = json.getBytes(UTF_8);
        return codec.decode(bytes, 0, bytes.length);
    }

    private static OutboundFrame.Failure failure(InboundFrame frame) {
        assertThat(frame).isInstanceOf(InboundFrame.Unreadable.class);
        return ((InboundFrame.Unreadable) frame).failure();
    }

    private static String send(String fields) {
        return "{\"type\":\"send-message\",\"data\":{" + fields + "}}";
    }

    @Test
    void readsAMessageToAUser() {
        InboundFrame frame =
                decode(send("\"tempMessageId\":\"t1\",\"conversationId\":\"single:u1:u2\",\"content\":\"hi\""));
        InboundFrame.Chat chat = (InboundFrame.Chat) frame;
        assertThat(chat.contentType()).isEqualTo("text");
        assertThat(chat.message())
                .isEqualTo(MessageRequest.newBuilder()
                        .setMsgId("t1")
                        .setToUserId("u2")
                        .setMsgBody(ByteString.copyFromUtf8("hi"))
                        .build());
    }

    @ParameterizedTest
    @CsvSource({
        "single:u1:u2, u2",
        "single:u2:u1, u2",
        "single_u1_u2, u2",
        "single_a_b_u1, a_b",
        "single:u1:u1, u1",
        "single_u1_u1, u1"
    })
    void findsTheOtherUser(String conversation, String other) {
        assertThat(Conversation.parse(conversation, "u1")).isEqualTo(new Conversation.WithUser(other));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "u2", "single:", "single:u2", "single:u2:u3", "single_u1_x_u1", "double:u1:u2", "world"})
    void saysWhenAConversationIsUnclear(String conversation) {
        assertThat(Conversation.parse(conversation, "u1")).isInstanceOf(Conversation.Unclear.class);
    }

    @ParameterizedTest
    @CsvSource({
        "'\"conversationId\":\"group:g\",\"content\":\"x\"', tempMessageId",
        "'\"tempMessageId\":\"t\",\"content\":\"x\"', conversationId",
        "'\"tempMessageId\":\"t\",\"conversationId\":\"group:g\"', content",
        "'\"tempMessageId\":7,\"conversationId\":\"group:g\",\"content\":\"x\"', tempMessageId",
        "'\"tempMessageId\":\"t\",\"conversationId\":\"nowhere\",\"content\":\"x\"', conversationId",
        "'\"tempMessageId\":\"t\",\"conversationId\":\"group:g\",\"content\":\"x\",\"messageType\":\"?\"', messageType",
    })
    void namesTheFieldThatIsWrong(String fields, String field) {
        OutboundFrame.Failure failure = failure(decode(send(fields)));
        assertThat(failure.code()).isEqualTo(ErrorCode.INVALID);
        assertThat(failure.field()).isEqualTo(field);
        assertThat(failure.msgId()).isEqualTo(fields.contains("\"t\"") ? "t" : "");
    }

    @Test
    void countsContentInCharactersAtTheEdge() {
        String head = "\"tempMessageId\":\"t\",\"conversationId\":\"group:g\",\"content\":";
        assertThat(decode(send(head + "\"äöü😀5\""))).isInstanceOf(InboundFrame.Chat.class);
        assertThat(failure(decode(send(head + "\"123456\""))).code()).isEqualTo(ErrorCode.TOO_LARGE);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "7", "null", "{}", "{\"type\":7}", "{\"type\":\"send-message\"}", "\u0000"})
    void answersWhatIsNoFrame(String json) {
        assertThat(failure(decode(json)).code()).isEqualTo(ErrorCode.INVALID);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"ping\"}{\"type\":\"ping\"}",
                "{\"type\":\"ping\"} {\"type\":\"ping\"}",
                "{\"type\":\"ping\"}\n[]",
                "{\"type\":\"ping\"}7",
                "{\"type\":\"ping\"}}",
                "{\"type\":\"ping\"},",
                "{\"type\":\"ping\"}x",
                "{\"type\":\"ping\"}\u0000",
                "\ufeff{\"type\":\"ping\"}",
                "{\"type\":\"ping\",\"type\":\"sync\"}",
                "{\"type\":\"ping\",\"data\":{\"a\":1,\"a\":2}}",
                "{\"type\":\"ping\",\"a\":\"\u0001\"}",
                "{\"type\":\"ping\",\"a\":01}",
                "{\"type\":\"ping\",\"a\":NaN}",
                "{\"type\":\"ping\",\"a\":1e}",
                "{'type':'ping'}",
            })
    void oneFrameIsOneJsonDocumentToTheLetter(String json) {
        assertThat(failure(decode(json)).code()).isEqualTo(ErrorCode.INVALID);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"{\"type\":\"ping\"}", " \r\n\t{\"type\":\"ping\"}\n ", "{\"type\":\"ping\",\"a\":1e999999}"})
    void spaceAroundItAndWhatIsNotReadDoNoHarm(String json) {
        assertThat(decode(json)).isInstanceOf(InboundFrame.Ping.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\\ud800",
                "\\uDBFF",
                "\\udc00",
                "\\uDfFf",
                "\\ud800x",
                "\\ud800\\n",
                "\\udc00\\ud800",
                "\\ud800\\ud800\\udc00",
                "\\ud83d\\\\ude00",
                "\\ud83d\\u0061",
                "x\\\\\\ud800"
            })
    void halfASurrogatePairIsRefusedWhereverItStands(String half) {
        String whole =
                "{\"type\":\"send-message\",\"data\":{\"tempMessageId\":\"t%s\",\"conversationId\":\"group:g%s\","
                        + "\"content\":\"x%s\"},\"a%s\":\"\",\"trace_id\":\"%s\"}";
        for (int at = 0; at < 5; at++) {
            Object[] parts = {"", "", "", "", ""};
            parts[at] = half;
            assertThat(failure(decode(whole.formatted(parts))).code())
                    .as("%s at %d", half, at)
                    .isEqualTo(ErrorCode.INVALID);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\ud83d\\ude00", "\\uD83D\\uDE00", "\\\\ud800", "\\u00e4\\\\", "\\ufffd", "\\u0000"})
    void everythingElseThatIsEscapedIsTaken(String content) {
        String head = "\"tempMessageId\":\"t\",\"conversationId\":\"group:g\",\"content\":\"";
        assertThat(new JsonCodec("u1", 0)
                        .decode(
                                send(head + content + "\"").getBytes(UTF_8),
                                0,
                                send(head + content + "\"").length()))
                .isInstanceOf(InboundFrame.Chat.class);
    }

    @Test
    void nestsNoDeeperThanAnyFrameOfOurs() {
        assertThat(decode("{\"type\":\"ping\",\"a\":" + "[".repeat(20) + "]".repeat(20) + "}"))
                .isInstanceOf(InboundFrame.Ping.class);
        assertThat(failure(decode("{\"type\":\"ping\",\"a\":" + "[".repeat(200) + "]".repeat(200) + "}"))
                        .code())
                .isEqualTo(ErrorCode.INVALID);
    }

    @Test
    void doesNotChokeOnDeepNesting() {
        assertThat(failure(decode("[".repeat(100_000))).code()).isEqualTo(ErrorCode.INVALID);
    }

    @Test
    void distinguishesDurableTypesFromUnknownOnes() {
        assertThat(failure(decode("{\"type\":\"sync\"}")).message()).isEqualTo("durable only");
        assertThat(failure(decode("{\"type\":\"sing\"}")).message()).isEqualTo("unknown type");
    }

    @Test
    void writesANewMessageInBothSpellings() {
        MessageRequest message = MessageRequest.newBuilder()
                .setMsgId("7")
                .setUserId("u2")
                .setToUserId("u1")
                .setMsgType(MessageType.SINGLE_CHAT)
                .setMsgBody(ByteString.copyFromUtf8("a\"b\u0001"))
                .setTimestampMs(5)
                .build();
        assertThat(new String(codec.bytes(new Delivery(message, "", "tr", 0)), UTF_8))
                .isEqualTo("{\"type\":\"new-message\",\"data\":{\"conversationId\":\"single:u1:u2\","
                        + "\"message\":{\"messageId\":\"7\",\"clientMsgId\":\"7\","
                        + "\"conversationId\":\"single:u1:u2\",\"senderId\":\"u2\","
                        + "\"content\":\"a\\\"b\\u0001\",\"messageType\":\"text\",\"type\":\"text\","
                        + "\"createdAt\":5,\"sendTime\":5,\"traceId\":\"tr\"},"
                        + "\"message_id\":\"7\",\"client_msg_id\":\"7\","
                        + "\"conversation_id\":\"single:u1:u2\",\"sender_id\":\"u2\","
                        + "\"content\":\"a\\\"b\\u0001\",\"message_type\":\"text\",\"created_at\":5,"
                        + "\"trace_id\":\"tr\"},\"trace_id\":\"tr\"}");
    }

    @Test
    void carriesABodyThatIsNotTextInBase64() {
        MessageRequest message = MessageRequest.newBuilder()
                .setMsgType(MessageType.GROUP_CHAT)
                .setGroupId("g")
                .setMsgBody(ByteString.copyFrom(new byte[] {(byte) 0xff, 0}))
                .build();
        assertThat(new String(codec.bytes(new Delivery(message, "", "tr", 0)), UTF_8))
                .contains("\"contentBase64\":\"/wA=\"", "\"messageType\":\"binary\"", "\"group:g\"");
    }

    @Test
    void encodesADeliveryOncePerProtocol() {
        Delivery delivery = new Delivery(MessageRequest.getDefaultInstance(), "", "", 0);
        assertThat(codec.encode(delivery)).isSameAs(new JsonCodec("u2", 0).encode(delivery));
        assertThat(ProtobufCodec.INSTANCE.encode(delivery)).isSameAs(ProtobufCodec.INSTANCE.encode(delivery));
    }
}
