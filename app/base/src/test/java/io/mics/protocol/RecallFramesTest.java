package io.mics.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.proto.message.v1.ClientFrame;
import io.mics.proto.message.v1.DeliveryAck;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.proto.message.v1.MessageType;
import io.mics.proto.message.v1.Recall;
import io.mics.proto.message.v1.Recalled;
import io.mics.proto.message.v1.ServerFrame;
import io.mics.protocol.json.JsonCodec;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class RecallFramesTest {
    private final FrameCodec json = new JsonCodec("u1", 0);

    private static InboundFrame protobuf(ClientFrame.Builder frame) {
        byte[] bytes = frame.build().toByteArray();
        return ProtobufCodec.INSTANCE.decode(bytes, 0, bytes.length);
    }

    private InboundFrame text(String frame) {
        byte[] bytes = frame.getBytes(StandardCharsets.UTF_8);
        return json.decode(bytes, 0, bytes.length);
    }

    private static Delivery recall() {
        MessageRequest which = MessageRequest.newBuilder()
                .setTenantId("t1")
                .setUserId("u1")
                .setMsgId("m1")
                .setMsgType(MessageType.GROUP_CHAT)
                .setGroupId("g1")
                .setTimestampMs(5)
                .build();
        return Delivery.recall(which, "trace", 1);
    }

    @Test
    void saysRecalledInBothProtocols() {
        assertThat(ProtobufCodec.INSTANCE.encode(recall()).bytes())
                .isEqualTo(ServerFrame.newBuilder()
                        .setRecalled(Recalled.newBuilder()
                                .setConversationId("group:g1")
                                .setMsgId("m1")
                                .setOperatorId("u1")
                                .setRecalledAtMs(5))
                        .build()
                        .toByteArray());
        assertThat(new String(json.encode(recall()).bytes(), StandardCharsets.UTF_8))
                .isEqualTo("{\"type\":\"message-recalled\",\"data\":{\"conversationId\":\"group:g1\","
                        + "\"messageId\":\"m1\",\"operatorId\":\"u1\",\"recalledAt\":5},\"trace_id\":\"trace\"}");
    }

    @Test
    void readsRecalls() {
        assertThat(protobuf(ClientFrame.newBuilder()
                        .setRecall(Recall.newBuilder().setMsgId("m1").setConversationId("group:g1"))))
                .isEqualTo(new InboundFrame.Recall("m1", "group:g1"));
        assertThat(protobuf(ClientFrame.newBuilder()
                        .setRecall(Recall.newBuilder()
                                .setMsgId("m1")
                                .setMessageId(7)
                                .setConversationId("group:g1")
                                .setRequestId("r1"))))
                .isEqualTo(new InboundFrame.Recall("m1", "group:g1", "r1"));
        assertThat(protobuf(ClientFrame.newBuilder().setRecall(Recall.newBuilder())))
                .isEqualTo(new InboundFrame.Unknown());
        assertThat(text("{\"type\":\"recall\",\"data\":{\"messageId\":\"m1\",\"conversationId\":\"group:g1\"}}"))
                .isEqualTo(new InboundFrame.Recall("m1", "group:g1"));
        assertThat(unreadable("{\"type\":\"recall\"}").field()).isEqualTo("data");
        assertThat(unreadable("{\"type\":\"recall\",\"data\":{\"messageId\":\"m1\"}}")
                        .field())
                .isEqualTo("conversationId");
        assertThat(unreadable("{\"type\":\"recall\",\"data\":{\"messageId\":7,\"conversationId\":\"g\"}}")
                        .field())
                .isEqualTo("messageId");
    }

    @Test
    void anErrorNamesTheRequestInBothProtocols() {
        assertThat(text("{\"type\":\"recall\",\"data\":{\"messageId\":\"m1\",\"conversationId\":\"group:g1\","
                        + "\"requestId\":\"r1\"}}"))
                .isEqualTo(new InboundFrame.Recall("m1", "group:g1", "r1"));
        OutboundFrame.Failure incomplete = unreadable("{\"type\":\"recall\",\"data\":{\"request_id\":\"r1\"}}");
        assertThat(incomplete.field()).isEqualTo("messageId");
        assertThat(incomplete.requestId()).isEqualTo("r1");
        String tooLong = "r".repeat(129);
        OutboundFrame.Failure bounded =
                unreadable("{\"type\":\"recall\",\"data\":{\"messageId\":\"m1\",\"conversationId\":\"group:g1\","
                        + "\"requestId\":\"" + tooLong + "\"}}");
        assertThat(bounded.field()).isEqualTo("requestId");
        assertThat(bounded.requestId()).isEmpty();

        assertThat(protobuf(
                        ClientFrame.newBuilder().setRecall(Recall.newBuilder().setRequestId("r1"))))
                .isInstanceOfSatisfying(InboundFrame.Unreadable.class, unreadable -> {
                    assertThat(unreadable.failure().code()).isEqualTo(ErrorCode.INVALID);
                    assertThat(unreadable.failure().requestId()).isEqualTo("r1");
                });
        assertThat(protobuf(
                        ClientFrame.newBuilder().setRecall(Recall.newBuilder().setRequestId(tooLong))))
                .isInstanceOfSatisfying(
                        InboundFrame.Unreadable.class,
                        unreadable -> assertThat(unreadable.failure().field()).isEqualTo("request_id"));
    }

    @Test
    void readsDeliveryAcks() {
        InboundFrame two = new InboundFrame.DeliveryAck(List.of("m1", "m2"), "group:g1");
        assertThat(protobuf(ClientFrame.newBuilder()
                        .setDeliveryAck(DeliveryAck.newBuilder()
                                .addMsgIds("m1")
                                .addMsgIds("m2")
                                .setConversationId("group:g1"))))
                .isEqualTo(two);
        assertThat(protobuf(ClientFrame.newBuilder().setDeliveryAck(DeliveryAck.newBuilder())))
                .isEqualTo(new InboundFrame.Unknown());
        assertThat(text("{\"type\":\"delivery-ack\",\"data\":{\"messageIds\":[\"m1\",\"m2\"],"
                        + "\"conversationId\":\"group:g1\"}}"))
                .isEqualTo(two);
        assertThat(text("{\"type\":\"delivery-ack\",\"data\":{\"messageId\":\"m1\"}}"))
                .isEqualTo(new InboundFrame.DeliveryAck(List.of("m1"), ""));
        for (String wrong : List.of("{}", "{\"messageIds\":\"m1\"}", "{\"messageIds\":[\"m1\",2]}")) {
            assertThat(unreadable("{\"type\":\"delivery-ack\",\"data\":" + wrong + "}")
                            .field())
                    .isEqualTo("messageIds");
        }
    }

    private OutboundFrame.Failure unreadable(String frame) {
        return ((InboundFrame.Unreadable) text(frame)).failure();
    }
}
