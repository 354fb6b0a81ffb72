package io.mics.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.mics.proto.message.v1.AckLevel;
import io.mics.proto.message.v1.AckStatus;
import io.mics.proto.message.v1.ClientFrame;
import io.mics.proto.message.v1.DeliveryAck;
import io.mics.proto.message.v1.Edit;
import io.mics.proto.message.v1.ListConversations;
import io.mics.proto.message.v1.MarkRead;
import io.mics.proto.message.v1.MessageAck;
import io.mics.proto.message.v1.MessageDelivery;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.proto.message.v1.MessageType;
import io.mics.proto.message.v1.Recall;
import io.mics.proto.message.v1.SendMessage;
import io.mics.proto.message.v1.ServerFrame;
import io.mics.proto.message.v1.SyncRequest;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class ProtobufConversationsTest {
    private static final ByteString BODY = ByteString.copyFromUtf8("hi");
    private static final StoredMessage MESSAGE = new StoredMessage(
            ConversationRef.ofUsers("u2", "u1"), 3, 1L << 60, "u1", "d1", "c1", "text", BODY, Map.of(), 5, 6, 2, 0);

    private static InboundFrame decode(byte[] bytes) {
        return ProtobufCodec.INSTANCE.decode(bytes, 0, bytes.length);
    }

    private static InboundFrame decode(ClientFrame.Builder frame) {
        return decode(frame.build().toByteArray());
    }

    private static ServerFrame encoded(OutboundFrame frame) throws InvalidProtocolBufferException {
        return ServerFrame.parseFrom(ProtobufCodec.INSTANCE.encode(frame).bytes());
    }

    private static MessageDelivery.Builder delivered() {
        return MessageDelivery.newBuilder()
                .setMessage(MessageRequest.newBuilder()
                        .setTenantId("t1")
                        .setUserId("u1")
                        .setDeviceId("d1")
                        .setMsgId("c1")
                        .setMsgType(MessageType.SINGLE_CHAT)
                        .setToUserId("u2")
                        .setMsgBody(BODY)
                        .setTimestampMs(5))
                .setConversationId("single:u1:u2")
                .setSeq(3)
                .setMessageId(1L << 60)
                .setContentType("text")
                .setSenderDevice("d1");
    }

    @Test
    void readsWhatAClientSendsAndAsksFor() {
        assertThat(decode(ClientFrame.newBuilder()
                        .setSend(SendMessage.newBuilder()
                                .setClientMsgId("c1")
                                .setConversationId("group:g")
                                .setContentType("image")
                                .setBody(BODY)
                                .putHeaders("k", "v"))))
                .isEqualTo(new ConversationRequest.Send("c1", "group:g", "image", BODY, Map.of("k", "v")));
        assertThat(decode(ClientFrame.newBuilder()
                        .setSync(SyncRequest.newBuilder()
                                .setConversationId("world")
                                .setAfterSeq(-1)
                                .setLimit(-2)
                                .setRequestId("r"))))
                .isEqualTo(new ConversationRequest.Sync("world", -1, -2, "r"));
        assertThat(decode(ClientFrame.newBuilder()
                        .setConversations(ListConversations.newBuilder()
                                .setChangedSinceMs(9)
                                .setLimit(10)
                                .setCursor("x")
                                .setRequestId("r"))))
                .isEqualTo(new ConversationRequest.ListConversations(9, 10, "x", "r"));
        assertThat(decode(ClientFrame.newBuilder()
                        .setMarkRead(MarkRead.newBuilder()
                                .setConversationId("c")
                                .setSeq(Long.MAX_VALUE)
                                .setRequestId("r"))))
                .isEqualTo(new ConversationRequest.MarkRead("c", Long.MAX_VALUE, "r"));
    }

    @Test
    void readsWhatAClientChanges() {
        assertThat(decode(ClientFrame.newBuilder()
                        .setRecall(Recall.newBuilder().setMessageId(7).setRequestId("r"))))
                .isEqualTo(new ConversationRequest.Recall(7, "", "", "r"));
        assertThat(decode(ClientFrame.newBuilder()
                        .setEdit(Edit.newBuilder()
                                .setConversationId("c")
                                .setMessageId(7)
                                .setBody(BODY)
                                .setRequestId("r"))))
                .isEqualTo(new ConversationRequest.Edit("c", 7, BODY, "r"));
        assertThat(decode(ClientFrame.newBuilder()
                        .setTyping(io.mics.proto.message.v1.Typing.newBuilder().setConversationId("c"))))
                .isEqualTo(new ConversationRequest.Typing("c"));
        assertThat(decode(ClientFrame.newBuilder()
                        .setHide(io.mics.proto.message.v1.Hide.newBuilder()
                                .setConversationId("c")
                                .addSeqs(1)
                                .addSeqs(2)
                                .setRequestId("r"))))
                .isEqualTo(new ConversationRequest.Hide("c", List.of(1L, 2L), "r"));
        assertThat(decode(ClientFrame.newBuilder()
                        .setClear(io.mics.proto.message.v1.Clear.newBuilder()
                                .setConversationId("c")
                                .setBeforeSeq(4)
                                .setBeforeMs(5)
                                .setRequestId("r"))))
                .isEqualTo(new ConversationRequest.Clear("c", 4, 5, "r"));
        assertThat(decode(ClientFrame.newBuilder()
                        .setDeliveryAck(
                                DeliveryAck.newBuilder().addMessageIds(7).setConversationId("c"))))
                .isEqualTo(new ConversationRequest.Delivered(List.of(7L), "c", 0));
        assertThat(decode(ClientFrame.newBuilder()
                        .setDeliveryAck(
                                DeliveryAck.newBuilder().setConversationId("c").setSeq(8))))
                .isEqualTo(new ConversationRequest.Delivered(List.of(), "c", 8));
    }

    @Test
    void aRequestIdIsEchoedInAnErrorAndHasABound() throws Exception {
        ClientFrame.Builder longest =
                ClientFrame.newBuilder().setSync(SyncRequest.newBuilder().setRequestId("r".repeat(128)));
        assertThat(decode(longest)).isInstanceOf(ConversationRequest.Sync.class);
        longest.getSyncBuilder().setRequestId("r".repeat(129));
        assertThat(decode(longest))
                .isInstanceOfSatisfying(
                        InboundFrame.Unreadable.class,
                        unreadable -> assertThat(unreadable.failure().field()).isEqualTo("request_id"));
        assertThat(encoded(OutboundFrame.Failure.of(
                                ErrorCode.CONVERSATION_NOT_FOUND, "conversation not found", "", "r1"))
                        .getError())
                .satisfies(error -> {
                    assertThat(error.getCode()).isEqualTo(4404);
                    assertThat(error.getRequestId()).isEqualTo("r1");
                });
    }

    @Test
    void anAcknowledgementSaysHowSafeTheMessageIs() throws Exception {
        assertThat(encoded(new ConversationFrame.Ack("c1", "group:g", ConversationFrame.Level.ACCEPTED, 0, 0, false, 5))
                        .getAck())
                .isEqualTo(MessageAck.newBuilder()
                        .setMsgId("c1")
                        .setStatus(AckStatus.SENT)
                        .setConversationId("group:g")
                        .setLevel(AckLevel.ACK_LEVEL_ACCEPTED)
                        .setTimestampMs(5)
                        .build());
        assertThat(encoded(new ConversationFrame.Ack("c1", "group:g", ConversationFrame.Level.PERSISTED, 3, 7, true, 5))
                        .getAck())
                .isEqualTo(MessageAck.newBuilder()
                        .setMsgId("c1")
                        .setStatus(AckStatus.SENT)
                        .setReason("duplicate")
                        .setConversationId("group:g")
                        .setLevel(AckLevel.ACK_LEVEL_PERSISTED)
                        .setSeq(3)
                        .setMessageId(7)
                        .setTimestampMs(5)
                        .build());
    }

    @Test
    void writesAStoredMessageWithWhereItStands() throws Exception {
        Delivery stored = Delivery.stored("t1", MESSAGE, Delivery.ToSendingDevice.NOTHING, "trace");
        assertThat(encoded(stored).getDelivery()).isEqualTo(delivered().build());
        assertThat(encoded(new Delivery(MESSAGE.request("t1"), "text", "trace", 1))
                        .getDelivery())
                .isEqualTo(MessageDelivery.newBuilder()
                        .setMessage(MESSAGE.request("t1"))
                        .setContentType("text")
                        .build());
    }

    @Test
    void writesPages() throws Exception {
        var page = encoded(new ConversationFrame.Page("single:u1:u2", "t1", List.of(MESSAGE), 2, 9, true, "r"))
                .getSyncResult();
        assertThat(page.getMessagesList())
                .containsExactly(delivered().setEditedAtMs(6).setVersion(2).build());
        assertThat(List.of(page.getFirstSeq(), page.getLastSeq())).containsExactly(2L, 9L);
        assertThat(page.getHasMore()).isTrue();
        assertThat(page.getConversationId()).isEqualTo("single:u1:u2");
        assertThat(page.getRequestId()).isEqualTo("r");

        var list = encoded(new ConversationFrame.Entries(
                        "t1",
                        List.of(
                                new ConversationFrame.Entry("single:u1:u2", MESSAGE, 4, 9, 5, 2),
                                new ConversationFrame.Entry("group:g", null, 0, 0, 0, 1)),
                        "next",
                        "r"))
                .getConversations();
        assertThat(list.getNextCursor()).isEqualTo("next");
        assertThat(list.getRequestId()).isEqualTo("r");
        assertThat(list.getConversations(0))
                .isEqualTo(io.mics.proto.message.v1.Conversation.newBuilder()
                        .setConversationId("single:u1:u2")
                        .setLastMessage(delivered().setEditedAtMs(6).setVersion(2))
                        .setUnread(4)
                        .setLastSeq(9)
                        .setReadSeq(5)
                        .setFirstSeq(2)
                        .build());
        assertThat(list.getConversations(1).hasLastMessage()).isFalse();
    }

    @Test
    void aTombstoneSaysWhenItWasRecalledAndHasNoBody() throws Exception {
        StoredMessage tombstone = new StoredMessage(
                new ConversationRef.Group("g"), 1, 7, "u1", "d1", "c1", "text", ByteString.EMPTY, Map.of(), 5, 0, 0, 8);
        MessageDelivery delivery = encoded(
                        new ConversationFrame.Page("group:g", "t1", List.of(tombstone), 1, 1, false, ""))
                .getSyncResult()
                .getMessages(0);
        assertThat(delivery.getRecalledAtMs()).isEqualTo(8);
        assertThat(delivery.getMessage().getMsgBody()).isEqualTo(ByteString.EMPTY);
        assertThat(delivery.getMessage().getGroupId()).isEqualTo("g");
    }

    private static List<ConversationFrame> changes() {
        return List.of(
                new ConversationFrame.Recalled("group:g", 3, 7, "c1", "u1", 5),
                new ConversationFrame.Edited("group:g", 3, 7, BODY, 5, 2),
                new ConversationFrame.Read("single:u1:u2", "u1", 9),
                new ConversationFrame.Typing("group:g", "u1"),
                new ConversationFrame.Updated("group:g", 4, 9),
                new ConversationFrame.Missed("group:g", 2, 8));
    }

    @Test
    void aChangeIsReadAsItWasWritten() throws Exception {
        for (ConversationFrame change : changes()) {
            ServerFrame frame = ProtobufConversations.write(change);
            assertThat(ProtobufConversations.readChange(ServerFrame.parseFrom(frame.toByteArray())))
                    .contains(change);
            assertThat(encoded(change)).isEqualTo(frame);
            assertThat(encoded(Delivery.change(change, MessageRequest.getDefaultInstance(), "trace", 1)))
                    .as("for devices")
                    .isEqualTo(frame);
        }
        assertThat(ProtobufConversations.readChange(ServerFrame.getDefaultInstance()))
                .isEmpty();
        assertThat(ProtobufConversations.readChange(ProtobufConversations.write(
                        new ConversationFrame.Page("group:g", "t1", List.of(), 0, 0, false, ""))))
                .as("an answer to one device")
                .isEmpty();
    }

    @Test
    void whateverTheBytesDecodingAnswers() {
        Random random = new Random(1);
        byte[] valid = ClientFrame.newBuilder()
                .setHide(io.mics.proto.message.v1.Hide.newBuilder()
                        .setConversationId("single:u1:u2")
                        .addSeqs(1)
                        .setRequestId("r"))
                .build()
                .toByteArray();
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = valid.clone();
            for (int flips = random.nextInt(4); flips >= 0; flips--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            assertThatCode(() -> decode(bytes)).doesNotThrowAnyException();
        }
    }
}
