package io.mics.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.mics.proto.message.v1.ConnectAck;
import io.mics.proto.message.v1.HeartbeatPong;
import io.mics.proto.message.v1.MessageAck;
import io.mics.proto.message.v1.MessageDelivery;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.proto.message.v1.ServerError;
import io.mics.proto.message.v1.ServerFrame;
import org.junit.jupiter.api.Test;

class ProtobufCodecTest {
    private static byte[] encoded(OutboundFrame frame) {
        return ProtobufCodec.INSTANCE.encode(frame).bytes();
    }

    @Test
    void writesTheBytesOfAServerFrame() {
        MessageRequest message = MessageRequest.newBuilder()
                .setTenantId("t1")
                .setMsgId("m1")
                .setToUserId("u2")
                .setMsgBody(ByteString.copyFrom(new byte[300]))
                .setTimestampMs(5)
                .build();
        MessageDelivery delivery = MessageDelivery.newBuilder()
                .setMessage(message)
                .setContentType("text")
                .build();
        assertThat(encoded(new Delivery(message, "text", "trace", 0)))
                .isEqualTo(
                        ServerFrame.newBuilder().setDelivery(delivery).build().toByteArray());

        ConnectAck connected = ConnectAck.newBuilder()
                .setCode(1000)
                .setTenantId("t1")
                .setUserId("u1")
                .setDeviceId("d1")
                .setNodeId("n1")
                .setTraceId("trace")
                .build();
        assertThat(encoded(new OutboundFrame.Connected("t1", "u1", "d1", "n1", "trace", 30)))
                .isEqualTo(ServerFrame.newBuilder()
                        .setConnectAck(connected)
                        .build()
                        .toByteArray());
    }

    @Test
    void writesAPayloadOfDefaultsAsAnEmptyField() {
        assertThat(encoded(new OutboundFrame.Pong(0)))
                .isEqualTo(ServerFrame.newBuilder()
                        .setHeartbeatPong(HeartbeatPong.getDefaultInstance())
                        .build()
                        .toByteArray());
        assertThat(encoded(new OutboundFrame.Ack("", true, 0, "", 0, OutboundFrame.Reach.NONE)))
                .isEqualTo(ServerFrame.newBuilder()
                        .setAck(MessageAck.getDefaultInstance())
                        .build()
                        .toByteArray());
        assertThat(encoded(new OutboundFrame.Failure(ErrorCode.TOO_LARGE, "", "")))
                .isEqualTo(ServerFrame.newBuilder()
                        .setError(ServerError.newBuilder().setCode(ErrorCode.TOO_LARGE.code()))
                        .build()
                        .toByteArray());
    }
}
