package io.mics.loadtest;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.mics.proto.message.v1.AckStatus;
import io.mics.proto.message.v1.ClientFrame;
import io.mics.proto.message.v1.MessageAck;
import io.mics.proto.message.v1.MessageDelivery;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.proto.message.v1.MessageType;
import io.mics.proto.message.v1.SendMessage;
import io.mics.proto.message.v1.ServerFrame;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class HandWrittenFramesTest {
    @Test
    void writesVarintsThatReadBackAtEveryLength() {
        byte[] room = new byte[10];
        for (int bits = 0; bits < 63; bits++) {
            long value = 1L << bits;
            int end = Wire.putVarint(room, 0, value);
            assertThat(end).isEqualTo(Wire.varintSize(value)).isEqualTo(Wire.varintEnd(room, 0));
            assertThat(Wire.varint(room, 0)).isEqualTo(value);
        }
    }

    @Test
    void readsWhatItMaskedForEveryHeaderSize() {
        for (int size : new int[] {0, 1, 7, 8, 125, 126, 65_535, 65_536}) {
            byte[] payload = new byte[size];
            for (int i = 0; i < size; i++) {
                payload[i] = (byte) i;
            }
            byte[] bytes = Wire.clientFrame(Wire.BINARY, payload, 0x5A17C3E9);
            FrameHead frame = new FrameHead();
            assertThat(frame.read(bytes, 0, bytes.length)).isTrue();
            frame.unmask(bytes);
            assertThat(frame.end).isEqualTo(bytes.length);
            assertThat(Arrays.copyOfRange(bytes, frame.payload, frame.end)).isEqualTo(payload);
        }
    }

    @Test
    void waitsForTheRestOfAFrame() {
        byte[] bytes = Wire.clientFrame(Wire.BINARY, new byte[300], 1);
        FrameHead frame = new FrameHead();
        for (int size = 0; size < bytes.length; size++) {
            assertThat(frame.read(bytes, 0, size)).isFalse();
        }
    }

    @Test
    void numbersPreparedMessagesInOrder() throws InvalidProtocolBufferException {
        MessageFrames frames = MessageFrames.toUser("b7", 3, 128);
        ByteBuffer sent = frames.next(41, 2);
        byte[] bytes = new byte[sent.remaining()];
        sent.get(bytes);
        FrameHead frame = new FrameHead();
        int at = 0;
        for (long number = 41; number < 43; number++) {
            assertThat(frame.read(bytes, at, bytes.length)).isTrue();
            frame.unmask(bytes);
            at = frame.end;
            MessageRequest message = parse(bytes, frame).getMessage();
            byte[] id = message.getMsgIdBytes().toByteArray();
            assertThat(MessageFrames.number(id, 0, id.length)).isEqualTo(number);
            assertThat(message.getToUserId()).isEqualTo("b7");
            assertThat(message.getMsgBody().size()).isEqualTo(128);
        }
        assertThat(at).isEqualTo(bytes.length);
    }

    @Test
    void addressesAGroup() throws InvalidProtocolBufferException {
        ByteBuffer sent = MessageFrames.toGroup("g1000", 1, 16).next(0, 1);
        byte[] bytes = new byte[sent.remaining()];
        sent.get(bytes);
        FrameHead frame = new FrameHead();
        assertThat(frame.read(bytes, 0, bytes.length)).isTrue();
        frame.unmask(bytes);
        MessageRequest message = parse(bytes, frame).getMessage();
        assertThat(message.getMsgType()).isEqualTo(MessageType.GROUP_CHAT);
        assertThat(message.getGroupId()).isEqualTo("g1000");
    }

    @Test
    void findsTheFieldsOfAMessageBehindTheIdentityOfItsSender() {
        byte[] bytes = MessageRequest.newBuilder()
                .setTenantId("t")
                .setUserId("u")
                .setDeviceId("d")
                .setMsgId("m1")
                .setToUserId("u2")
                .setMsgBody(ByteString.copyFromUtf8("hi"))
                .setTimestampMs(5)
                .build()
                .toByteArray();
        ClientMessage message = new ClientMessage();
        message.read(bytes, 0, bytes.length);
        assertThat(text(bytes, message.idFrom, message.idTo)).isEqualTo("m1");
        assertThat(text(bytes, message.toFrom, message.toTo)).isEqualTo("u2");
        assertThat(message.kept).isEqualTo(9);
        assertThat(message.group).isFalse();
        assertThat(message.timestamp).isTrue();
    }

    @Test
    void sendsToADurableConversationAndReadsWhatComesBack() throws InvalidProtocolBufferException {
        byte[] bytes = new DurableFrames(DurableFrames.Way.DURABLE, "run", 128).message("s7", 7, "r1", 42, 99);
        FrameHead frame = new FrameHead();
        assertThat(frame.read(bytes, 0, bytes.length)).isTrue();
        frame.unmask(bytes);
        SendMessage sent = parse(bytes, frame).getSend();
        assertThat(sent.getConversationId()).isEqualTo("single:r1:s7");
        assertThat(sent.getBody().size()).isEqualTo(128);

        DurableFrames.Said said = new DurableFrames.Said();
        byte[] ack = ServerFrame.newBuilder()
                .setAck(MessageAck.newBuilder().setMsgId(sent.getClientMsgId()).setSeq(300))
                .build()
                .toByteArray();
        said.read(ack, 0, ack.length);
        assertThat(said.ack && !said.delivery && !said.failed).isTrue();
        assertThat(said.number).isEqualTo(42);
        byte[] failed = ServerFrame.newBuilder()
                .setAck(MessageAck.newBuilder().setMsgId(sent.getClientMsgId()).setStatus(AckStatus.FAILED))
                .build()
                .toByteArray();
        said.read(failed, 0, failed.length);
        assertThat(said.failed).isTrue();
        byte[] delivery = ServerFrame.newBuilder()
                .setDelivery(MessageDelivery.newBuilder()
                        .setMessage(MessageRequest.newBuilder().setUserId("s7").setMsgBody(sent.getBody()))
                        .setSeq(300))
                .build()
                .toByteArray();
        said.read(delivery, 0, delivery.length);
        assertThat(said.delivery && !said.ack).isTrue();
        assertThat(said.number).isEqualTo(42);
        assertThat(said.sender).isEqualTo(7);
        assertThat(said.sentAt).isEqualTo(99);
        assertThat(said.seq).isEqualTo(300);
    }

    @Test
    void computesTheAcceptKeyOfTheStandard() {
        assertThat(BareHandshake.accept("dGhlIHNhbXBsZSBub25jZQ==")).isEqualTo("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    }

    @Test
    void percentilesAreExactToTwoPercent() {
        Latency latency = new Latency();
        for (int i = 1; i <= 10_000; i++) {
            latency.record(i * 1000L);
        }
        assertThat(latency.micros(0.50)).isBetween(5000.0, 5100.0);
        assertThat(latency.micros(0.99)).isBetween(9900.0, 10_100.0);
    }

    private static ClientFrame parse(byte[] bytes, FrameHead frame) throws InvalidProtocolBufferException {
        return ClientFrame.parseFrom(Arrays.copyOfRange(bytes, frame.payload, frame.end));
    }

    private static String text(byte[] bytes, int from, int to) {
        return new String(bytes, from, to - from, StandardCharsets.UTF_8);
    }
}
