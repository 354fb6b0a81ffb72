package io.mics.protocol;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import io.mics.proto.message.v1.AckStatus;
import io.mics.proto.message.v1.ClientFrame;
import io.mics.proto.message.v1.ConnectAck;
import io.mics.proto.message.v1.HeartbeatPong;
import io.mics.proto.message.v1.MessageAck;
import io.mics.proto.message.v1.Recalled;
import io.mics.proto.message.v1.ServerError;
import io.mics.proto.message.v1.ServerFrame;
import java.io.IOException;

/** The binary protocol of existing MICS clients: one {@code ClientFrame} or {@code ServerFrame} per message. */
public final class ProtobufCodec implements FrameCodec {
    public static final ProtobufCodec INSTANCE = new ProtobufCodec();

    private static final int CONNECTED = 1000;

    private ProtobufCodec() {}

    @Override
    public InboundFrame decode(byte[] data, int offset, int length) {
        ClientFrame frame;
        try {
            frame = ClientFrame.parseFrom(CodedInputStream.newInstance(data, offset, length));
        } catch (InvalidProtocolBufferException e) {
            return unreadable("invalid protobuf");
        } catch (IOException e) {
            throw new IllegalStateException("reading an array", e);
        }
        return switch (frame.getPayloadCase()) {
            case MESSAGE -> new InboundFrame.Chat(frame.getMessage(), "");
            case HEARTBEAT_PING -> new InboundFrame.Ping();
            case SEND, SYNC, MARK_READ, RECALL, DELIVERY_ACK, CONVERSATIONS, EDIT, TYPING, HIDE, CLEAR ->
                ProtobufConversations.read(frame);
            case PAYLOAD_NOT_SET -> new InboundFrame.Unknown();
        };
    }

    @Override
    public boolean text() {
        return false;
    }

    @Override
    public byte[] bytes(OutboundFrame frame) {
        return switch (frame) {
            case ConversationFrame c -> ProtobufConversations.write(c).toByteArray();
            case Delivery d -> delivery(d);
            case OutboundFrame.Connected c ->
                framed(
                        ServerFrame.CONNECT_ACK_FIELD_NUMBER,
                        ConnectAck.newBuilder()
                                .setCode(CONNECTED)
                                .setTenantId(c.tenant())
                                .setUserId(c.user())
                                .setDeviceId(c.device())
                                .setNodeId(c.node())
                                .setTraceId(c.traceId()));
            case OutboundFrame.Ack a ->
                framed(
                        ServerFrame.ACK_FIELD_NUMBER,
                        MessageAck.newBuilder()
                                .setMsgId(a.msgId())
                                .setStatus(a.sent() ? AckStatus.SENT : AckStatus.FAILED)
                                .setTimestampMs(a.timestampMs())
                                .setReason(a.reason())
                                .setCode(a.code())
                                .setPartialDelivery(a.reach().partial())
                                .setOfflineNotifiedUsers(a.reach().notified())
                                .setOfflineBufferedUsers(a.reach().buffered())
                                .setOfflineSkippedUsers(a.reach().skipped()));
            case OutboundFrame.Failure f ->
                framed(
                        ServerFrame.ERROR_FIELD_NUMBER,
                        ServerError.newBuilder()
                                .setCode(f.code().code())
                                .setMessage(f.message())
                                .setRequestId(f.requestId()));
            case OutboundFrame.Pong p ->
                framed(
                        ServerFrame.HEARTBEAT_PONG_FIELD_NUMBER,
                        HeartbeatPong.newBuilder().setTimestampMs(p.timestampMs()));
            case OutboundFrame.Gap g ->
                framed(
                        ServerFrame.GAP_FIELD_NUMBER,
                        io.mics.proto.message.v1.Gap.newBuilder()
                                .setDropped((int) Math.min(g.dropped(), Integer.MAX_VALUE)));
        };
    }

    private static byte[] delivery(Delivery d) {
        ConversationFrame change = d.change();
        if (change != null) {
            return ProtobufConversations.write(change).toByteArray();
        }
        return d.isRecall()
                ? recalled(d)
                : framed(ServerFrame.DELIVERY_FIELD_NUMBER, ProtobufConversations.delivery(d));
    }

    private static byte[] recalled(Delivery d) {
        return framed(
                ServerFrame.RECALLED_FIELD_NUMBER,
                Recalled.newBuilder()
                        .setConversationId(d.conversation())
                        .setMsgId(d.message().getMsgId())
                        .setOperatorId(d.message().getUserId())
                        .setRecalledAtMs(d.message().getTimestampMs()));
    }

    /** The bytes of a {@code ServerFrame} with this payload, without making the frame itself. */
    private static byte[] framed(int field, MessageLite.Builder built) {
        MessageLite payload = built.build();
        byte[] bytes = new byte[CodedOutputStream.computeMessageSize(field, payload)];
        try {
            CodedOutputStream.newInstance(bytes).writeMessage(field, payload);
        } catch (IOException e) {
            throw new IllegalStateException("writing an array", e);
        }
        return bytes;
    }

    @Override
    public InboundFrame wrongKind() {
        return unreadable("text frame on a protobuf connection");
    }

    private static InboundFrame unreadable(String why) {
        return new InboundFrame.Unreadable(new OutboundFrame.Failure(ErrorCode.INVALID, why, ""));
    }
}
