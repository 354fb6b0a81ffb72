package io.mics.sdk.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectingTest extends ClientHarness {

    @Test
    void sendsTheTokenInAHeaderAndTheRestPercentEncoded() throws Exception {
        ConnectionState.Connected connected = started(quick()).connect();
        Peer peer = gateway.peer();

        assertThat(connected).isEqualTo(new ConnectionState.Connected("u1", "d1", "node-1", "trace"));
        assertThat(peer.requestHead.get(0)).isEqualTo("GET /ws?tenantId=t1&deviceId=d%201 HTTP/1.1");
        assertThat(peer.requestHead).contains("Authorization: Bearer valid:u1");
        assertThat(recorder.next()).isEqualTo(new ConnectionState.Connecting());
        assertThat(recorder.next()).isEqualTo(connected);
    }

    @Test
    void refusalCarriesCodeAndReasonAndMayBeRetried() throws Exception {
        gateway.greetNext(FakeGateway.refuse(4001, "invalid token"));
        MicsClient client = started(quick());

        ConnectRefused refused = catchThrowableOfType(ConnectRefused.class, client::connect);

        assertThat(refused.code()).isEqualTo(4001);
        assertThat(refused.reason()).isEqualTo("invalid token");
        assertThat(client.state()).isEqualTo(new ConnectionState.Idle());
        assertThat(client.connect().userId()).isEqualTo("u1");
        assertThatThrownBy(client::connect).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void unreachableGatewayIsARefusalToo() throws Exception {
        gateway.close();

        ConnectRefused refused = catchThrowableOfType(ConnectRefused.class, started(quick())::connect);

        assertThat(refused.code()).isEqualTo(1006);
    }

    @Test
    void gatewayThatNeverAcceptsIsARefusalToo() {
        gateway.greetNext(peer -> {});
        MicsClient client = started(quick().connectTimeout(Duration.ofMillis(400)));

        ConnectRefused refused = catchThrowableOfType(ConnectRefused.class, client::connect);

        assertThat(refused.reason()).contains("connect_ack");
    }

    @ParameterizedTest
    @ValueSource(ints = {4002, 4409, 1000})
    void stopsWhenTheGatewaySaysSo(int code) throws Exception {
        MicsClient client = connected(quick());
        var pending = client.send("u2", bytes("a"));

        gateway.peer().close(code, "over");

        assertThat(recorder.await(ConnectionState.Closed.class)).isEqualTo(new ConnectionState.Closed(code, "over"));
        assertThat(get(pending)).isInstanceOf(SendOutcome.Unanswered.class);
        assertThat(gateway.connections()).isEqualTo(1);
        assertThatThrownBy(client::connect).isInstanceOf(IllegalStateException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {1001, 4100, 4200, 4429, 4430})
    void comesBackAfter(int code) throws Exception {
        connected(quick());

        gateway.peer().close(code, "later");

        assertThat(recorder.await(ConnectionState.Reconnecting.class).cause()).isEqualTo(code + " later");
        recorder.await(ConnectionState.Connected.class);
        gateway.peer();
    }

    @Test
    void waitsAsLongAsTheDrainAsks() throws Exception {
        connected(quick());

        Peer draining = gateway.peer();
        long start = System.nanoTime();
        draining.close(4200, "draining; reconnect=120ms");

        assertThat(recorder.await(ConnectionState.Reconnecting.class).delay()).isEqualTo(Duration.ofMillis(120));
        gateway.peer();
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThan(Duration.ofMillis(100));
    }

    @Test
    void getsANewTokenWhenTheOldOneIsRefused() throws Exception {
        AtomicInteger asked = new AtomicInteger();
        connected(quickToNoticeAnEnd().tokens(() -> "token-" + asked.incrementAndGet()));
        gateway.greetNext(FakeGateway.refuse(4001, "expired"));

        gateway.peer().drop();
        Peer refused = gateway.peer();
        Peer welcomed = gateway.peer();

        assertThat(refused.requestHead).contains("Authorization: Bearer token-1");
        assertThat(welcomed.requestHead).contains("Authorization: Bearer token-2");
        recorder.await(ConnectionState.Connected.class);
    }

    @Test
    void givesUpAfterTooManyRefusedTokens() throws Exception {
        connected(quickToNoticeAnEnd().maxNewTokens(2));
        for (int i = 0; i < 3; i++) {
            gateway.greetNext(FakeGateway.refuse(4001, "no"));
        }

        gateway.peer().drop();

        assertThat(recorder.await(ConnectionState.Closed.class)).isEqualTo(new ConnectionState.Closed(4001, "no"));
        assertThat(gateway.connections()).isEqualTo(4);
    }

    @Test
    void delaysStayWithinTheirBounds() throws Exception {
        // an end that follows the handshake, or the acknowledgement, at once was seen to be noticed only by these two
        connected(quick().connectTimeout(Duration.ofSeconds(1)).heartbeat(Duration.ofSeconds(1)));
        for (int i = 0; i < 8; i++) {
            gateway.greetNext(Peer::drop);
        }

        gateway.peer().drop();

        for (int i = 0; i < 9; i++) {
            assertThat(recorder.await(ConnectionState.Reconnecting.class).delay())
                    .isBetween(Duration.ZERO, Duration.ofMillis(Math.min(40, 5L << i)));
        }
        recorder.await(ConnectionState.Connected.class);
    }

    @Test
    void closedClientSaysGoodByeOnceAndStaysClosed() throws Exception {
        MicsClient client = connected(quick());
        client.close();
        client.close();

        assertThat(get(gateway.peer().closedByClient)).isEqualTo(1000);
        assertThat(recorder.await(ConnectionState.Closed.class).code()).isEqualTo(1000);
        assertThatThrownBy(client::connect).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void namesWhatIsMissing() {
        assertThatThrownBy(() -> MicsClient.builder().build()).hasMessageContaining("url");
        assertThatThrownBy(() -> quick().tenantId("").build()).hasMessageContaining("tenantId");
        assertThatThrownBy(() -> quick().ackTimeout(Duration.ZERO).build()).hasMessageContaining("ackTimeout");
    }
}
