package io.mics.sdk.conversation;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.mics.proto.message.v1.AckLevel;
import io.mics.proto.message.v1.AckStatus;
import io.mics.proto.message.v1.ConnectAck;
import io.mics.proto.message.v1.ConversationUpdate;
import io.mics.proto.message.v1.Conversations;
import io.mics.proto.message.v1.Edited;
import io.mics.proto.message.v1.Gap;
import io.mics.proto.message.v1.HeartbeatPong;
import io.mics.proto.message.v1.MessageAck;
import io.mics.proto.message.v1.MessageDelivery;
import io.mics.proto.message.v1.Read;
import io.mics.proto.message.v1.Recalled;
import io.mics.proto.message.v1.ServerError;
import io.mics.proto.message.v1.ServerFrame;
import io.mics.proto.message.v1.SyncResult;
import io.mics.proto.message.v1.UserTyping;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** A frame counts as read until the listener is done with it, so that a slow listener makes the client read slower. */
class ConsumedFramesTest {
    private final FakeLink link = new FakeLink();
    private final AtomicInteger consumed = new AtomicInteger();
    private final ConversationClient client = new ConversationClient(
            link,
            new ConversationSettings(message -> {}, new InMemoryMessageStore(), 1000, Duration.ofSeconds(10), 5, 1000));

    private boolean take(ServerFrame.Builder frame) {
        consumed.set(0);
        return client.take(frame.build(), consumed::incrementAndGet);
    }

    private static MessageAck.Builder ack(String id) {
        return MessageAck.newBuilder().setMsgId(id).setStatus(AckStatus.SENT).setConversationId("group:g");
    }

    private static MessageAck.Builder stored(String id, long seq) {
        return ack(id).setLevel(AckLevel.ACK_LEVEL_PERSISTED).setSeq(seq);
    }

    private void send(String id) {
        var unused = client.send(new OutgoingMessage("group:g", id, "text", ByteString.EMPTY, Map.of()));
    }

    @Test
    void whatIsATaskOnTheCallbackThreadIsConsumedWhenThatIsDone() {
        send("a");
        send("b");
        assertThat(client.markRead("group:g", 1)).isTrue();
        String refused = link.written.get(link.written.size() - 1).getMarkRead().getRequestId();
        List<ServerFrame.Builder> frames = List.of(
                ServerFrame.newBuilder()
                        .setDelivery(MessageDelivery.newBuilder()
                                .setConversationId("group:g")
                                .setSeq(1)),
                ServerFrame.newBuilder().setAck(stored("a", 2)),
                ServerFrame.newBuilder().setAck(stored("b", 3).setReason("duplicate")),
                ServerFrame.newBuilder().setSyncResult(SyncResult.newBuilder().setRequestId("c1")),
                ServerFrame.newBuilder()
                        .setConversations(Conversations.newBuilder().setRequestId("c1")),
                ServerFrame.newBuilder().setRecalled(Recalled.getDefaultInstance()),
                ServerFrame.newBuilder().setEdited(Edited.getDefaultInstance()),
                ServerFrame.newBuilder().setRead(Read.getDefaultInstance()),
                ServerFrame.newBuilder().setTyping(UserTyping.getDefaultInstance()),
                ServerFrame.newBuilder().setConversationUpdate(ConversationUpdate.getDefaultInstance()),
                ServerFrame.newBuilder().setGap(Gap.getDefaultInstance()),
                ServerFrame.newBuilder().setHeartbeatPong(HeartbeatPong.getDefaultInstance()),
                ServerFrame.newBuilder().setError(ServerError.newBuilder().setRequestId(refused)),
                ServerFrame.newBuilder().setError(ServerError.newBuilder().setRequestId("c1")));
        for (ServerFrame.Builder frame : frames) {
            assertThat(take(frame)).isTrue();
            assertThat(link.tasks).as("of %s", frame).hasSize(1);
            assertThat(consumed).as("before %s", frame).hasValue(0);
            link.tasks.remove().run();
            assertThat(consumed).as("after %s", frame).hasValue(1);
        }
    }

    @Test
    void whatIsDealtWithOnTheNetworkThreadIsConsumedAtOnce() {
        send("a");
        for (ServerFrame.Builder frame : List.of(
                ServerFrame.newBuilder().setAck(ack("a")),
                ServerFrame.newBuilder().setSyncResult(SyncResult.newBuilder().setRequestId("r1")),
                ServerFrame.newBuilder()
                        .setConversations(Conversations.newBuilder().setRequestId("r1")),
                ServerFrame.newBuilder().setError(ServerError.newBuilder().setRequestId("r1")))) {
            assertThat(take(frame)).isTrue();
            assertThat(link.tasks).isEmpty();
            assertThat(consumed).as("%s", frame).hasValue(1);
        }
    }

    @Test
    void whatIsOfNoConversationIsNotTaken() {
        for (ServerFrame.Builder frame : List.of(
                ServerFrame.newBuilder().setAck(ack("other")),
                ServerFrame.newBuilder().setDelivery(MessageDelivery.getDefaultInstance()),
                ServerFrame.newBuilder().setError(ServerError.getDefaultInstance()),
                ServerFrame.newBuilder().setConnectAck(ConnectAck.getDefaultInstance()))) {
            assertThat(take(frame)).isFalse();
            assertThat(consumed).as("%s", frame).hasValue(0);
        }
    }
}
