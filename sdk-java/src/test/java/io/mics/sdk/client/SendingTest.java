package io.mics.sdk.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.proto.message.v1.AckStatus;
import io.mics.proto.message.v1.MessageAck;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.proto.message.v1.MessageType;
import io.mics.proto.message.v1.ServerFrame;
import io.mics.sdk.client.SendOutcome.GroupCounts;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class SendingTest extends ClientHarness {

    @Test
    void distinguishesSentDuplicateAndFailed() throws Exception {
        MicsClient client = connected(quick());
        Peer peer = gateway.peer();
        var sent = client.send("u2", bytes("a"));
        var duplicate = client.send("u2", bytes("b"));
        var failed = client.send("u2", bytes("c"));
        for (int i = 0; i < 3; i++) {
            peer.message();
        }

        peer.ack("3", AckStatus.FAILED, "no routes delivered");
        peer.ack("1", AckStatus.SENT, "");
        peer.ack("2", AckStatus.SENT, "duplicate");
        peer.ack("99", AckStatus.SENT, "");

        assertThat(get(sent)).isEqualTo(new SendOutcome.Sent("1", 7, GroupCounts.NONE));
        assertThat(get(duplicate)).isEqualTo(new SendOutcome.Duplicate("2", 7));
        assertThat(get(failed)).isEqualTo(new SendOutcome.Failed("3", 0, "no routes delivered", GroupCounts.NONE));
        assertThat(client.pendingSends()).isZero();
    }

    @Test
    void sendsToAGroupAndReportsItsCounters() throws Exception {
        MicsClient client = connected(quick());
        Peer peer = gateway.peer();
        var outcome = client.sendToGroup("g1", bytes("all"));

        MessageRequest message = peer.message();
        assertThat(message.getMsgType()).isEqualTo(MessageType.GROUP_CHAT);
        assertThat(message.getGroupId()).isEqualTo("g1");
        peer.send(ServerFrame.newBuilder()
                .setAck(MessageAck.newBuilder()
                        .setMsgId("1")
                        .setPartialDelivery(true)
                        .setOfflineNotifiedUsers(1)
                        .setOfflineBufferedUsers(2)
                        .setOfflineSkippedUsers(3))
                .build());

        assertThat(get(outcome)).isEqualTo(new SendOutcome.Sent("1", 0, new GroupCounts(true, 1, 2, 3)));
    }

    @Test
    void resendsTheSameIdAfterAckTimeout() throws Exception {
        MicsClient client = connected(quick().ackTimeout(Duration.ofMillis(50)).maxAttempts(100));
        Peer peer = gateway.peer();
        var outcome = client.send("u2", bytes("a"));

        MessageRequest first = peer.message();
        MessageRequest second = peer.message();
        peer.ack("1", AckStatus.SENT, "duplicate");

        assertThat(second).isEqualTo(first);
        assertThat(get(outcome)).isEqualTo(new SendOutcome.Duplicate("1", 7));
    }

    @Test
    void resendsTheSameIdOverANewConnectionInOrder() throws Exception {
        MicsClient client = connected(quickToNoticeAnEnd());
        Peer old = gateway.peer();
        var a = client.send("u2", bytes("a"));
        var b = client.send("u2", bytes("b"));
        old.message();
        old.message();

        old.drop();
        Peer fresh = gateway.peer();
        MessageRequest first = fresh.message();
        MessageRequest second = fresh.message();
        fresh.ack("1", AckStatus.SENT, "");
        fresh.ack("2", AckStatus.SENT, "");

        assertThat(List.of(first.getMsgId(), second.getMsgId())).containsExactly("1", "2");
        assertThat(first.getMsgBody().toStringUtf8()).isEqualTo("a");
        assertThat(get(a)).isInstanceOf(SendOutcome.Sent.class);
        assertThat(get(b)).isInstanceOf(SendOutcome.Sent.class);
    }

    @Test
    void givesUpAfterTheLastAttempt() throws Exception {
        MicsClient client = connected(quick().ackTimeout(Duration.ofMillis(20)).maxAttempts(3));
        Peer peer = gateway.peer();

        SendOutcome outcome = get(client.send("u2", bytes("a")));

        assertThat(outcome).isEqualTo(new SendOutcome.Unanswered("1", 3, "no ack"));
        for (int i = 0; i < 3; i++) {
            assertThat(peer.message().getMsgId()).isEqualTo("1");
        }
        assertThat(peer.quiet()).isTrue();
    }

    @Test
    void refusesMoreThanMayBePending() throws Exception {
        MicsClient client = connected(quick().maxPending(2));
        Peer peer = gateway.peer();
        var first = client.send("u2", bytes("a"));
        var unused = client.send("u2", bytes("b"));

        assertThat(get(client.send("u2", bytes("c"))))
                .isEqualTo(new SendOutcome.Failed("", 0, "too many pending sends", GroupCounts.NONE));
        peer.ack("1", AckStatus.SENT, "");
        get(first);
        assertThat(client.send("u2", bytes("d")).isDone()).isFalse();
    }

    @Test
    void holdsMessagesUntilConnected() throws Exception {
        MicsClient client = started(quick());
        var early = client.send("u2", bytes("a"));
        client.connect();
        Peer peer = gateway.peer();

        assertThat(peer.message().getMsgId()).isEqualTo("1");
        peer.ack("1", AckStatus.SENT, "");
        assertThat(get(early)).isInstanceOf(SendOutcome.Sent.class);
    }

    @Test
    void keepsWritesApartWhenManyThreadsSend() throws Exception {
        MicsClient client = connected(quick());
        Peer peer = gateway.peer();
        List<CompletableFuture<SendOutcome>> outcomes = new ArrayList<>();
        List<Thread> senders = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            Thread sender = new Thread(() -> {
                for (int i = 0; i < 100; i++) {
                    var outcome = client.send("u2", new byte[3000]);
                    synchronized (outcomes) {
                        outcomes.add(outcome);
                    }
                }
            });
            sender.start();
            senders.add(sender);
        }
        for (int i = 1; i <= 400; i++) {
            assertThat(peer.message().getMsgId()).isEqualTo(Integer.toString(i));
            peer.ack(Integer.toString(i), AckStatus.SENT, "");
        }
        for (Thread sender : senders) {
            sender.join();
        }
        for (var outcome : outcomes) {
            assertThat(get(outcome)).isInstanceOf(SendOutcome.Sent.class);
        }
    }

    @Test
    void closingEndsAllWaiting() throws Exception {
        MicsClient client = connected(quick());
        Peer peer = gateway.peer();
        var waiting = client.send("u2", bytes("a"));
        peer.message();

        client.close();

        assertThat(get(waiting)).isInstanceOf(SendOutcome.Unanswered.class);
        assertThat(get(client.send("u2", bytes("b"))))
                .isEqualTo(new SendOutcome.Failed("", 0, "client closed", GroupCounts.NONE));
        assertThat(get(peer.closedByClient)).isEqualTo(1000);
    }
}
