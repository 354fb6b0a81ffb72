package io.mics.sdk.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.mics.proto.message.v1.AckLevel;
import io.mics.proto.message.v1.AckStatus;
import io.mics.proto.message.v1.ClientFrame;
import io.mics.proto.message.v1.ConversationUpdate;
import io.mics.proto.message.v1.Edited;
import io.mics.proto.message.v1.MessageAck;
import io.mics.proto.message.v1.Read;
import io.mics.proto.message.v1.Recalled;
import io.mics.proto.message.v1.SendMessage;
import io.mics.proto.message.v1.ServerError;
import io.mics.proto.message.v1.ServerFrame;
import io.mics.proto.message.v1.UserTyping;
import io.mics.sdk.conversation.Conversations;
import io.mics.sdk.conversation.Message;
import io.mics.sdk.conversation.OutgoingMessage;
import io.mics.sdk.conversation.RequestFailed;
import io.mics.sdk.conversation.SendResult;
import io.mics.sdk.conversation.Sending;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Sending to conversations, and changing what stands in them. */
class ConversationsTest extends ClientHarness {
    private static final Duration SECONDS = Duration.ofSeconds(10);

    private final ConversationRecorder told = new ConversationRecorder();

    private Conversations open(MicsClientBuilder builder) throws Exception {
        return connected(builder.conversations(told)).conversations();
    }

    /** The next frame that is not part of catch-up. */
    private static ClientFrame request(Peer peer) throws InterruptedException {
        while (true) {
            ClientFrame frame = peer.request();
            if (!frame.hasConversations() && !frame.hasSync()) {
                return frame;
            }
        }
    }

    private static MessageAck.Builder sent(SendMessage message) {
        return MessageAck.newBuilder()
                .setMsgId(message.getClientMsgId())
                .setStatus(AckStatus.SENT)
                .setConversationId(message.getConversationId())
                .setLevel(AckLevel.ACK_LEVEL_ACCEPTED)
                .setTimestampMs(7);
    }

    private static MessageAck.Builder stored(SendMessage message, long seq) {
        return sent(message).setLevel(AckLevel.ACK_LEVEL_PERSISTED).setSeq(seq).setMessageId(seq * 10);
    }

    private static void ack(Peer peer, MessageAck.Builder ack) {
        peer.send(ServerFrame.newBuilder().setAck(ack).build());
    }

    @Test
    void anAckHasALevelAndTheSecondOneTheNumber() throws Exception {
        Conversations conversations = open(quick());
        Peer peer = gateway.peer();
        Sending sending = conversations.send(
                new OutgoingMessage("group:g", "c1", "image", ByteString.copyFromUtf8("hi"), Map.of("k", "v")));
        SendMessage frame = request(peer).getSend();
        assertThat(frame)
                .isEqualTo(SendMessage.newBuilder()
                        .setClientMsgId("c1")
                        .setConversationId("group:g")
                        .setContentType("image")
                        .setBody(ByteString.copyFromUtf8("hi"))
                        .putHeaders("k", "v")
                        .build());

        ack(peer, sent(frame));
        assertThat(sending.await()).isEqualTo(new SendResult.Accepted("c1", 7));
        ack(peer, stored(frame, 1));
        assertThat(sending.awaitStored(SECONDS)).isEqualTo(new SendResult.Stored("c1", "group:g", 1, 10, 7, false));

        Message own = told.message();
        assertThat(own.seq()).isEqualTo(1);
        assertThat(own.sender()).isEqualTo("u1");
        assertThat(own.clientMsgId()).isEqualTo("c1");
        assertThat(own.text()).isEqualTo("hi");
    }

    @Test
    void aMessageToAUserIsAcknowledgedAsEver() throws Exception {
        MicsClient client = connected(quick().conversations(told));
        Peer peer = gateway.peer();
        var outcome = client.send("u2", bytes("hi"));
        ack(
                peer,
                MessageAck.newBuilder()
                        .setMsgId(peer.message().getMsgId())
                        .setConversationId("single:u1:u2")
                        .setLevel(AckLevel.ACK_LEVEL_PERSISTED)
                        .setSeq(1));
        assertThat(get(outcome)).isInstanceOf(SendOutcome.Sent.class);
    }

    @Test
    void aRefusalSaysWhy() throws Exception {
        Conversations conversations = open(quick());
        Peer peer = gateway.peer();
        Sending sending = conversations.sendText("group:g", "hi");
        SendMessage frame = request(peer).getSend();
        peer.ack(frame.getClientMsgId(), AckStatus.FAILED, "conversation not found");
        assertThat(sending.await())
                .isEqualTo(new SendResult.Refused(frame.getClientMsgId(), 0, "conversation not found"));
    }

    @Test
    void whatIsNotAcknowledgedIsSentAgainUnderItsIdAlsoWhenTheOutcomeIsUnknown() throws Exception {
        Conversations conversations =
                open(quick().ackTimeout(Duration.ofMillis(100)).maxAttempts(1000));
        Peer peer = gateway.peer();
        Sending sending = conversations.sendText("group:g", "hi");
        SendMessage first = request(peer).getSend();
        assertThat(request(peer).getSend()).isEqualTo(first);
        peer.ack(first.getClientMsgId(), AckStatus.FAILED, "outcome unknown");
        assertThat(request(peer).getSend()).isEqualTo(first);
        ack(peer, stored(first, 3).setReason("duplicate"));
        assertThat(sending.await()).isEqualTo(new SendResult.Stored(first.getClientMsgId(), "group:g", 3, 30, 7, true));
    }

    @Test
    void overANewConnectionWhatIsNotStoredIsSentAgainInOrder() throws Exception {
        Conversations conversations = open(quickToNoticeAnEnd());
        Peer old = gateway.peer();
        Sending accepted = conversations.sendText("group:g", "a");
        Sending unknown = conversations.sendText("group:g", "b");
        SendMessage a = request(old).getSend();
        SendMessage b = request(old).getSend();
        ack(old, sent(a));
        assertThat(accepted.await()).isInstanceOf(SendResult.Accepted.class);

        old.drop();
        Peer fresh = gateway.peer();
        assertThat(List.of(request(fresh).getSend(), request(fresh).getSend())).containsExactly(a, b);
        ack(fresh, stored(a, 1).setReason("duplicate"));
        ack(fresh, stored(b, 2));
        assertThat(accepted.awaitStored(SECONDS)).isInstanceOf(SendResult.Stored.class);
        assertThat(unknown.awaitStored(SECONDS)).isInstanceOf(SendResult.Stored.class);
    }

    @Test
    void connectionsThatBreakAtOnceDoNotUseUpTheAttempts() throws Exception {
        Conversations conversations = open(quickToNoticeAnEnd().maxAttempts(2));
        Sending sending = conversations.sendText("group:g", "a");
        for (int i = 0; i < 5; i++) {
            Peer peer = gateway.peer();
            request(peer);
            peer.drop();
        }
        Peer last = gateway.peer();
        ack(last, stored(request(last).getSend(), 1));
        assertThat(sending.await()).isInstanceOf(SendResult.Stored.class);
    }

    @Test
    void noMoreWaitThanMayBePendingAndOneIdIsOneMessage() throws Exception {
        MicsClient client = connected(quick().maxPending(1).conversations(told));
        OutgoingMessage message = new OutgoingMessage("group:g", "c1", "", ByteString.copyFromUtf8("hi"), Map.of());
        Sending first = client.conversations().send(message);
        assertThat(client.pendingSends()).isEqualTo(1);
        assertThat(client.conversations().sendText("group:g", "x").await())
                .isInstanceOfSatisfying(
                        SendResult.Refused.class,
                        refused -> assertThat(refused.reason()).isEqualTo("too many pending sends"));
        Peer peer = gateway.peer();
        ack(peer, sent(request(peer).getSend()));
        first.await();
        assertThat(client.conversations().send(message).await())
                .isEqualTo(new SendResult.Refused("c1", 0, "id is being sent"));
    }

    @Test
    void closingEndsAllWaiting() throws Exception {
        MicsClient client = connected(quick().conversations(told));
        Sending waiting = client.conversations().sendText("group:g", "a");
        client.close();
        assertThat(waiting.await()).isInstanceOf(SendResult.Unanswered.class);
        assertThat(client.conversations().sendText("group:g", "b").await()).isInstanceOf(SendResult.Refused.class);
    }

    @Test
    void recallAndEditWaitUntilTheyAreDone() throws Exception {
        Conversations conversations = open(quick().encryptionKey(new byte[32]));
        Peer peer = gateway.peer();
        peer.onFrame(frame -> {
            if (frame.hasRecall()) {
                peer.send(ServerFrame.newBuilder()
                        .setRecalled(Recalled.newBuilder()
                                .setConversationId("group:g")
                                .setSeq(1)
                                .setMessageId(frame.getRecall().getMessageId())
                                .setOperatorId("u1"))
                        .build());
            } else if (frame.hasEdit()) {
                peer.send(ServerFrame.newBuilder()
                        .setError(ServerError.newBuilder()
                                .setCode(4403)
                                .setMessage("edit window over")
                                .setRequestId(frame.getEdit().getRequestId()))
                        .build());
            }
        });
        conversations.recall("group:g", 10);
        assertThatThrownBy(() -> conversations.edit("group:g", 10, ByteString.copyFromUtf8("new")))
                .isInstanceOfSatisfying(
                        RequestFailed.class, failed -> assertThat(failed.code()).isEqualTo(4403))
                .hasMessageContaining("edit window over");
        assertThat(recorder.errors).isEmpty();
    }

    @Test
    void anUnansweredRequestFails() throws Exception {
        MicsClient client = started(quick().ackTimeout(Duration.ofMillis(50)).conversations(told));
        assertThatThrownBy(() -> client.conversations().recall("group:g", 10))
                .isInstanceOf(RequestFailed.class)
                .hasMessage("not connected");
        client.connect();
        assertThatThrownBy(() -> client.conversations().recall("group:g", 10))
                .isInstanceOf(RequestFailed.class)
                .hasMessage("no answer");
        assertThatThrownBy(() -> client.conversations().list("", 201))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("limit");
    }

    @Test
    void theRestIsAskedWithoutWaitingAndARefusalSaysOfWhat() throws Exception {
        Conversations conversations = open(quick());
        Peer peer = gateway.peer();
        assertThat(conversations.markRead("group:g", 3)).isTrue();
        assertThat(conversations.hide("group:g", List.of(1L, 2L))).isTrue();
        assertThat(conversations.clear("group:g", 9)).isTrue();
        assertThat(conversations.typing("group:g")).isTrue();
        ClientFrame read = request(peer);
        assertThat(read.getMarkRead().getSeq()).isEqualTo(3);
        assertThat(request(peer).getHide().getSeqsList()).containsExactly(1L, 2L);
        assertThat(request(peer).getClear().getBeforeSeq()).isEqualTo(9);
        assertThat(request(peer).getTyping().getConversationId()).isEqualTo("group:g");
        peer.send(ServerFrame.newBuilder()
                .setError(ServerError.newBuilder()
                        .setCode(4404)
                        .setRequestId(read.getMarkRead().getRequestId()))
                .build());
        assertThat(told.event()).isEqualTo("refused mark_read group:g 4404");
    }

    @Test
    void changesReachTheListenerAndTheStore() throws Exception {
        Conversations unused = open(quick());
        Peer peer = gateway.peer();
        FakeConversations server = new FakeConversations();
        peer.send(ServerFrame.newBuilder()
                .setDelivery(server.store("group:g", "one"))
                .build());
        peer.send(ServerFrame.newBuilder()
                .setEdited(Edited.newBuilder()
                        .setConversationId("group:g")
                        .setSeq(1)
                        .setBody(ByteString.copyFromUtf8("uno"))
                        .setVersion(2))
                .build());
        peer.send(ServerFrame.newBuilder()
                .setEdited(Edited.newBuilder()
                        .setConversationId("group:g")
                        .setSeq(1)
                        .setBody(ByteString.copyFromUtf8("late"))
                        .setVersion(1))
                .build());
        peer.send(ServerFrame.newBuilder()
                .setRecalled(Recalled.newBuilder()
                        .setConversationId("group:g")
                        .setSeq(1)
                        .setOperatorId("u2")
                        .setRecalledAtMs(9))
                .build());
        peer.send(ServerFrame.newBuilder()
                .setRead(Read.newBuilder()
                        .setConversationId("group:g")
                        .setUserId("u2")
                        .setSeq(1))
                .build());
        peer.send(ServerFrame.newBuilder()
                .setTyping(UserTyping.newBuilder().setConversationId("group:g").setUserId("u2"))
                .build());
        peer.send(ServerFrame.newBuilder()
                .setConversationUpdate(ConversationUpdate.newBuilder()
                        .setConversationId("group:g")
                        .setUnread(1)
                        .setLastSeq(1))
                .build());
        assertThat(told.message().text()).isEqualTo("one");
        assertThat(List.of(told.event(), told.event(), told.event(), told.event(), told.event()))
                .containsExactly("edited 1 uno 2", "recalled 1 u2", "read u2 1", "typing u2", "unread 1 1");
    }

    @Test
    void aMessageThatIsChangedBeforeItIsShownIsShownAsItIsThen() throws Exception {
        open(quick());
        Peer peer = gateway.peer();
        FakeConversations server = new FakeConversations();
        var one = server.store("group:g", "one");
        var two = server.store("group:g", "two");
        var three = server.store("group:g", "three");
        peer.send(ServerFrame.newBuilder().setDelivery(three).build());
        peer.send(ServerFrame.newBuilder().setDelivery(two).build());
        peer.send(ServerFrame.newBuilder()
                .setRecalled(Recalled.newBuilder()
                        .setConversationId("group:g")
                        .setSeq(2)
                        .setRecalledAtMs(9))
                .build());
        peer.send(ServerFrame.newBuilder()
                .setEdited(Edited.newBuilder()
                        .setConversationId("group:g")
                        .setSeq(3)
                        .setBody(ByteString.copyFromUtf8("tres"))
                        .setVersion(1))
                .build());
        peer.send(ServerFrame.newBuilder().setDelivery(one).build());
        assertThat(told.message().text()).isEqualTo("one");
        assertThat(told.message().isRecalled()).isTrue();
        assertThat(told.message().text()).isEqualTo("tres");
        assertThat(told.events).isEmpty();
    }

    @Test
    void bodiesAreCiphertextAtTheGateway() throws Exception {
        Conversations conversations = open(quick().encryptionKey(new byte[32]));
        Peer peer = gateway.peer();
        conversations.sendText("group:g", "secret plan");
        SendMessage frame = request(peer).getSend();
        assertThat(frame.getBody().size()).isEqualTo("secret plan".length() + BodyCipher.OVERHEAD);
        ack(peer, stored(frame, 1));
        assertThat(told.message().text()).isEqualTo("secret plan");
        FakeConversations server = new FakeConversations();
        server.store("group:g", "ours");
        peer.send(ServerFrame.newBuilder()
                .setDelivery(server.store("group:g", "in the clear"))
                .build());
        assertThat(told.event()).isEqualTo("unreadable 2");
    }

    @Test
    void aClientBuiltWithoutConversationsHasNone() throws Exception {
        MicsClient client = connected(quick());
        assertThatThrownBy(client::conversations).isInstanceOf(IllegalStateException.class);
        Peer peer = gateway.peer();
        peer.send(ServerFrame.newBuilder()
                .setDelivery(new FakeConversations().store("single:u1:u2", "hi"))
                .build());
        assertThat(recorder.message().text()).isEqualTo("hi");
        assertThat(peer.requestHead.get(0)).doesNotContain("catchup");
    }
}
