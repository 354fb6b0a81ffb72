package io.mics.sdk.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.mics.proto.message.v1.AckStatus;
import io.mics.proto.message.v1.HeartbeatPong;
import io.mics.proto.message.v1.ServerError;
import io.mics.proto.message.v1.ServerFrame;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ReceivingTest extends ClientHarness {

    @Test
    void deliversInOrderWhateverTheSize() throws Exception {
        connected(quick());
        Peer peer = gateway.peer();
        peer.deliver("1", ByteString.copyFromUtf8("hi"));
        peer.deliver("2", ByteString.copyFrom(new byte[200_000]));
        peer.deliver("3", ByteString.EMPTY);

        assertThat(recorder.message()).isEqualTo(new Incoming("1", "u2", "d2", "", ByteString.copyFromUtf8("hi"), 5));
        assertThat(recorder.message().body().size()).isEqualTo(200_000);
        assertThat(recorder.message().msgId()).isEqualTo("3");
    }

    @Test
    void keepsReadingThroughMoreMessagesThanItHolds() throws Exception {
        connected(quick());
        Peer peer = gateway.peer();
        for (int i = 0; i < 1_000; i++) {
            peer.deliver(Integer.toString(i), ByteString.EMPTY);
        }
        for (int i = 0; i < 1_000; i++) {
            assertThat(recorder.message().msgId()).isEqualTo(Integer.toString(i));
        }
    }

    @Test
    void keepsReadingThroughMoreFramesOfEveryKindThanItHolds() throws Exception {
        connected(quick());
        Peer peer = gateway.peer();
        for (int i = 0; i < 300; i++) {
            peer.send(ServerFrame.newBuilder()
                    .setError(ServerError.newBuilder().setCode(4401))
                    .build());
            peer.send(ServerFrame.newBuilder()
                    .setHeartbeatPong(HeartbeatPong.newBuilder().setTimestampMs(1))
                    .build());
            peer.ack("nobody's", AckStatus.SENT, "");
            FakeGateway.welcome(peer);
        }
        peer.deliver("last", ByteString.EMPTY);
        assertThat(recorder.message().msgId()).isEqualTo("last");
        assertThat(recorder.errors).hasSize(300);
    }

    @Test
    void encryptedBodyIsCiphertextAtTheGatewayAndPlainAtTheOtherEnd() throws Exception {
        byte[] key = new byte[32];
        MicsClient client = connected(quick().encryptionKey(key));
        Peer peer = gateway.peer();
        var unused = client.send("u2", bytes("secret plan"));

        ByteString sealed = peer.message().getMsgBody();
        peer.deliver("1", sealed);
        peer.deliver("2", ByteString.copyFromUtf8("in the clear"));

        assertThat(sealed.size()).isEqualTo("secret plan".length() + BodyCipher.OVERHEAD);
        assertThat(recorder.message().text()).isEqualTo("secret plan");
        assertThat(recorder.unreadable.poll(10, TimeUnit.SECONDS)).isNotNull();
        assertThat(recorder.messages).isEmpty();
    }

    @Test
    void reportsServerErrorsAndStaysConnected() throws Exception {
        MicsClient client = connected(quick());
        Peer peer = gateway.peer();
        peer.send(ServerFrame.newBuilder()
                .setError(ServerError.newBuilder().setCode(4401))
                .build());

        assertThat(recorder.errors.poll(10, TimeUnit.SECONDS)).isEqualTo(4401);
        assertThat(client.state()).isInstanceOf(ConnectionState.Connected.class);
    }

    @Test
    void failingListenerDoesNotStopTheNextMessage() throws Exception {
        Recorder after = new Recorder();
        connected(quick().listener(message -> {
            if (message.msgId().equals("1")) {
                throw new IllegalStateException("listener bug");
            }
            after.onMessage(message);
        }));
        Peer peer = gateway.peer();
        peer.deliver("1", ByteString.EMPTY);
        peer.deliver("2", ByteString.EMPTY);

        assertThat(after.message().msgId()).isEqualTo("2");
    }

    @Test
    void listenerMayWaitForTheOutcomeOfItsOwnReply() throws Exception {
        CountDownLatch answered = new CountDownLatch(1);
        MicsClient[] self = new MicsClient[1];
        MicsClient client = connected(quick().listener(message -> {
            self[0].send(message.fromUser(), bytes("reply")).join();
            answered.countDown();
        }));
        self[0] = client;
        Peer peer = gateway.peer();
        peer.deliver("1", ByteString.EMPTY);

        peer.ack(peer.message().getMsgId(), AckStatus.SENT, "");

        assertThat(answered.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void beatsEveryIntervalWhileTheGatewayAnswers() throws Exception {
        connected(quick().heartbeat(Duration.ofMillis(300)));
        Peer peer = gateway.peer();
        for (int i = 0; i < 4; i++) {
            assertThat(peer.ping().getTimestampMs()).isPositive();
            peer.send(ServerFrame.newBuilder()
                    .setHeartbeatPong(HeartbeatPong.newBuilder().setTimestampMs(1))
                    .build());
        }

        assertThat(gateway.connections()).isEqualTo(1);
    }

    @Test
    void leavesAStalledGatewayForAnother() throws Exception {
        connected(quick().heartbeat(Duration.ofMillis(40)));
        gateway.peer();

        ConnectionState.Reconnecting reconnecting = recorder.await(ConnectionState.Reconnecting.class);

        assertThat(reconnecting.cause()).contains("no answer to heartbeats");
        gateway.peer();
    }
}
