package io.mics.protocol.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.protocol.Delivery;
import io.mics.protocol.InboundFrame;
import io.mics.protocol.OutboundFrame;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients of GoChat write and read. */
class JsonSpellingsTest {
    private final JsonCodec codec = new JsonCodec("u1", 100);

    private InboundFrame decode(String fields) {
        byte[] bytes = ("{\"type\":\"send-message\",\"data\":{" + fields + "}}").getBytes(UTF_8);
        return codec.decode(bytes, 0, bytes.length);
    }

    @ParameterizedTest
    @ValueSource(strings = {"client_msg_id", "clientMsgId", "tempMessageId"})
    void takesTheirNamesOfAMessage(String id) {
        InboundFrame.Chat chat = (InboundFrame.Chat) decode(
                "\"" + id + "\":\"c-1\",\"conversation_id\":\"single:u1:u2\",\"content\":\"hi\",\"message_type\":2");
        assertThat(chat.contentType()).isEqualTo("image");
        assertThat(chat.message())
                .isEqualTo(MessageRequest.newBuilder()
                        .setMsgId("c-1")
                        .setToUserId("u2")
                        .setMsgBody(ByteString.copyFromUtf8("hi"))
                        .build());
    }

    @ParameterizedTest
    @CsvSource({"1, text", "2, image", "3, file", "4, system", "5, voice", "6, video", "\"3\", file", "\"TEXT\", text"})
    void aTypeIsANumberOrAName(String type, String name) {
        for (String field : new String[] {"messageType", "message_type"}) {
            InboundFrame read = decode("\"tempMessageId\":\"t\",\"conversationId\":\"group:g\",\"content\":\"x\",\""
                    + field + "\":" + (type.matches("\\d") ? type : "\"" + type.replace("\"", "") + "\""));
            assertThat(((InboundFrame.Chat) read).contentType()).isEqualTo(name);
        }
    }

    @Test
    void aTypeThatIsNeitherIsAProblemOfTheMessageThatHasIt() {
        InboundFrame read = decode(
                "\"client_msg_id\":\"c-1\",\"conversation_id\":\"group:g\",\"content\":\"x\",\"message_type\":7");
        OutboundFrame.Failure failure = ((InboundFrame.Unreadable) read).failure();
        assertThat(failure.field()).isEqualTo("messageType");
        assertThat(failure.msgId()).isEqualTo("c-1");
    }

    @Test
    void todaysNamesWinOverTheirs() {
        InboundFrame read = decode("\"tempMessageId\":\"t\",\"client_msg_id\":\"c\",\"conversationId\":\"group:g\","
                + "\"conversation_id\":\"group:h\",\"content\":\"x\"");
        assertThat(((InboundFrame.Chat) read).message().getMsgId()).isEqualTo("t");
        assertThat(((InboundFrame.Chat) read).message().getGroupId()).isEqualTo("g");
    }

    @Test
    void aMessageHasItsTimeAndTypeUnderTheirNamesToo() {
        MessageRequest message = MessageRequest.newBuilder()
                .setMsgId("m")
                .setUserId("u2")
                .setToUserId("u1")
                .setTimestampMs(1_700_000_000_000L)
                .setMsgBody(ByteString.copyFromUtf8("hi"))
                .build();
        String json = new String(codec.bytes(new Delivery(message, "image", "trace", 1)), UTF_8);
        assertThat(json).contains("\"type\":\"image\"").contains("\"sendTime\":1700000000000");
    }

    @Test
    void aFailureIsAnErrorForClientsThatTakeEveryAcknowledgementForSuccess() {
        JsonCodec strict = new JsonCodec("u1", 100, true, false);
        OutboundFrame.Ack failed = new OutboundFrame.Ack("m", false, 7, "no spam", 5, OutboundFrame.Reach.NONE);
        assertThat(new String(strict.bytes(failed), UTF_8))
                .contains("\"type\":\"error\"")
                .contains("\"message\":\"no spam\"")
                .contains("\"tempMessageId\":\"m\"")
                .contains("\"client_msg_id\":\"m\"")
                .contains("\"code\":7")
                .doesNotContain("message-ack");
        assertThat(new String(codec.bytes(failed), UTF_8))
                .contains("\"message-ack\"")
                .contains("\"failed\"");
        OutboundFrame.Ack sent = new OutboundFrame.Ack("m", true, 0, "", 5, OutboundFrame.Reach.NONE);
        assertThat(strict.bytes(sent)).isEqualTo(codec.bytes(sent));
        assertThat(new String(codec.bytes(sent), UTF_8))
                .contains("\"client_msg_id\":\"m\"")
                .contains("\"sendTime\":5");
    }
}
