package io.mics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mics.proto.message.v1.AckStatus;
import io.mics.proto.message.v1.MessageAck;
import io.mics.proto.message.v1.ServerFrame;
import io.mics.sdk.hook.example.BackendSettings;
import io.mics.sdk.hook.example.ExampleBackend;
import io.mics.testing.Await;
import io.mics.testing.RawClient;
import io.mics.testing.node.TestGateway;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("engine")
class ConnectionLifeTest {
    private static final String TENANTS = """
        tenants:
          t1:
            hooks: {base-url: "%1$s"}
            heartbeat: 1s
            limits: {connections: 3, devices-per-user: 2}
          t2:
            hooks: {base-url: "%1$s"}
            limits: {messages-per-second: 5}
        """;

    private static ExampleBackend backend;

    @BeforeAll
    static void startBackend() throws IOException {
        backend = new ExampleBackend(BackendSettings.forTests(""));
    }

    @AfterAll
    static void stopBackend() {
        backend.close();
    }

    private static TestGateway gateway() {
        return TestGateway.start(TENANTS.formatted(backend.baseUrl()), "ws: {keepalive: 0s}");
    }

    @Test
    void sendsAConnectionWhoItIs() throws IOException {
        try (TestGateway gateway = TestGateway.playground();
                RawClient client = RawClient.upgraded(
                        gateway.port(),
                        RawClient.query(TestGateway.TENANT, "wrong", "d 1").replace("d%201", "d1"),
                        "Authorization: Bearer valid:u1",
                        "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01")) {
            ServerFrame first = client.readProtobuf();
            assertThat(first.getConnectAck().getCode()).isEqualTo(1000);
            assertThat(first.getConnectAck().getUserId()).isEqualTo("u1");
            assertThat(first.getConnectAck().getDeviceId()).isEqualTo("d1");
            assertThat(first.getConnectAck().getNodeId()).isEqualTo("node-1");
            assertThat(first.getConnectAck().getTraceId()).isEqualTo("0af7651916cd43dd8448eb211c80319c");
        }
    }

    @Test
    void closesASilentConnectionWith4100AndNotOneThatSpeaks() throws IOException {
        try (TestGateway gateway = gateway();
                RawClient silent = RawClient.connect(gateway.port(), "t1", "a", "d1");
                RawClient speaking = RawClient.connect(gateway.port(), "t1", "b", "d1")) {
            long start = System.nanoTime();
            while (System.nanoTime() - start < 1_500_000_000L) {
                speaking.ping();
                assertThat(speaking.readProtobuf().hasHeartbeatPong()).isTrue();
                java.util.concurrent.locks.LockSupport.parkNanos(100_000_000);
            }
            assertThat(silent.readClose().closeCode()).isEqualTo(4100);
            speaking.ping();
            assertThat(speaking.readProtobuf().hasHeartbeatPong()).isTrue();
            Await.until(
                    "one has timed out",
                    () -> gateway.metric("mics_ws_heartbeat_timeouts_total", "tenant=\"t1\"") == 1);
        }
    }

    @Test
    void letsTheNewestConnectionOfADeviceWin() throws IOException {
        try (TestGateway gateway = TestGateway.playground();
                RawClient old = gateway.connect("a", "d1");
                RawClient other = gateway.connect("b", "d1")) {
            try (RawClient newer = gateway.connect("a", "d1")) {
                assertThat(old.readClose().closeCode()).isEqualTo(4409);
                assertThat(other.sendAcked("a", "1", "hi").getStatus()).isEqualTo(AckStatus.SENT);
                assertThat(newer.readDelivery().getMsgId()).isEqualTo("1");
            }
        }
    }

    @Test
    void leavesExactlyOneOfManyConnectionsOfOneDeviceThatRace() throws Exception {
        int racing = 8;
        try (TestGateway gateway = TestGateway.playground();
                ExecutorService threads = Executors.newFixedThreadPool(racing)) {
            CyclicBarrier together = new CyclicBarrier(racing);
            Callable<RawClient> connect = () -> {
                together.await();
                return RawClient.upgraded(gateway.port(), RawClient.query(TestGateway.TENANT, "valid:a", "d1"));
            };
            List<Future<RawClient>> clients = java.util.stream.IntStream.range(0, racing)
                    .mapToObj(i -> threads.submit(connect))
                    .toList();
            List<RawClient> open = new ArrayList<>();
            for (Future<RawClient> client : clients) {
                open.add(client.get());
            }
            AtomicInteger replaced = new AtomicInteger();
            for (RawClient client : open) {
                var unused =
                        threads.submit(() -> client.readClose().closeCode() == 4409 ? replaced.incrementAndGet() : 0);
            }
            Await.until("all but one are replaced", () -> replaced.get() == racing - 1);
            Await.until("one is left", () -> gateway.metric("mics_ws_connections") == 1);
            for (RawClient client : open) {
                client.close();
            }
            gateway.awaitEmpty();
        }
    }

    @Test
    void holdsDeviceAndTenantLimitsAndLetsATakeoverPass() throws IOException {
        try (TestGateway gateway = gateway();
                RawClient one = RawClient.connect(gateway.port(), "t1", "a", "d1");
                RawClient two = RawClient.connect(gateway.port(), "t1", "a", "d2")) {
            try (RawClient third = RawClient.upgraded(gateway.port(), RawClient.query("t1", "valid:a", "d3"))) {
                assertThat(third.readClose().closeCode()).isEqualTo(4429);
            }
            try (RawClient other = RawClient.connect(gateway.port(), "t1", "b", "d1");
                    RawClient tooMany = RawClient.upgraded(gateway.port(), RawClient.query("t1", "valid:c", "d1"))) {
                assertThat(tooMany.readClose().closeCode()).isEqualTo(4429);
                try (RawClient takeover = RawClient.connect(gateway.port(), "t1", "a", "d1")) {
                    assertThat(one.readClose().closeCode()).isEqualTo(4409);
                    takeover.ping();
                    assertThat(takeover.readProtobuf().hasHeartbeatPong()).isTrue();
                }
                assertThat(other).isNotNull();
            }
            assertThat(gateway.metric("mics_rate_limited_total", "tenant=\"t1\"", "connection_limit"))
                    .isEqualTo(2);
            assertThat(two).isNotNull();
        }
    }

    @Test
    void limitsATenantsMessagesPerSecond() throws IOException {
        try (TestGateway gateway = gateway();
                RawClient client = RawClient.connect(gateway.port(), "t2", "a", "d1")) {
            int limited = 0;
            for (int i = 0; i < 20; i++) {
                MessageAck ack = client.sendAcked("b", "m" + i, "hi");
                limited += ack.getReason().equals("tenant qps limited") ? 1 : 0;
            }
            assertThat(limited).isBetween(10, 15);
            assertThat(gateway.metric("mics_messages_rejected_total", "tenant=\"t2\""))
                    .isEqualTo((double) limited);
        }
    }

    @Test
    void answersAResendWithDuplicateAndDeliversOnce() throws IOException {
        try (TestGateway gateway = TestGateway.playground();
                RawClient receiver = gateway.connect("b", "d1")) {
            try (RawClient sender = gateway.connect("a", "d1")) {
                assertThat(sender.sendAcked("b", "1", "hi").getReason()).isEmpty();
                assertThat(sender.sendAcked("b", "1", "hi").getReason()).isEqualTo("duplicate");
            }
            try (RawClient again = gateway.connect("a", "d1")) {
                MessageAck resent = again.sendAcked("b", "1", "hi");
                assertThat(resent.getReason()).isEqualTo("duplicate");
                assertThat(resent.getStatus()).isEqualTo(AckStatus.SENT);
                assertThat(again.sendAcked("b", "2", "next").getReason()).isEmpty();
            }
            assertThat(receiver.readDelivery().getMsgId()).isEqualTo("1");
            assertThat(receiver.readDelivery().getMsgId()).isEqualTo("2");
        }
    }

    @Test
    void answersATransportPingAndAClose() throws IOException {
        try (TestGateway gateway = TestGateway.playground();
                RawClient client = gateway.connect("a", "d1")) {
            client.send(0x89, new byte[] {1, 2, 3});
            RawClient.Frame pong = client.readAny();
            assertThat(pong.opCode()).isEqualTo(10);
            assertThat(pong.payload()).containsExactly(1, 2, 3);
            client.send(0x88, new byte[] {3, (byte) 0xe8});
            assertThat(client.readClose().closeCode()).isEqualTo(1000);
            assertThat(client.isEnded()).isTrue();
            gateway.awaitEmpty();
        }
    }

    @Test
    void pingsOnItsOwnToKeepMiddleboxesAwake() throws IOException {
        try (TestGateway gateway = TestGateway.start("", "ws: {keepalive: 1s}");
                RawClient client = gateway.connect("a", "d1")) {
            assertThat(client.readAny().opCode()).isEqualTo(9);
        }
    }

    @Test
    void servesItsPortsForTheLeastTimeWhenItStopsWithoutASession() throws Exception {
        TestGateway gateway = TestGateway.start("", "drain-min: 2s");
        long start = System.nanoTime();
        Thread stop = Thread.ofVirtual().start(gateway::close);
        Await.until("the 503 is seen", () -> readiness(gateway) == 503);
        stop.join();
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .isBetween(Duration.ofSeconds(2), Duration.ofSeconds(30));
        assertThatThrownBy(() -> gateway.get("/readyz")).isInstanceOf(IOException.class);
    }

    private static int readiness(TestGateway gateway) {
        try {
            return gateway.get("/readyz").statusCode();
        } catch (IOException e) {
            throw new AssertionError("the port is closed", e);
        }
    }

    @Test
    void drainsBySendingEveryClientWhenToComeBack() throws Exception {
        TestGateway gateway = TestGateway.start("", "drain-timeout: 2s");
        RawClient one = gateway.connect("a", "d1");
        RawClient two = gateway.connect("b", "d1");
        int port = gateway.port();
        Thread stop = Thread.ofVirtual().start(gateway::close);
        for (RawClient client : List.of(one, two)) {
            RawClient.Frame close = client.readClose();
            assertThat(close.closeCode()).isEqualTo(4200);
            assertThat(close.closeReason()).matches("draining; reconnect=\\d+ms");
            if (client == one) {
                assertThat(gateway.get("/readyz").statusCode()).isEqualTo(503);
                assertThat(gateway.get("/readyz").body()).contains("draining");
                assertThat(gateway.get("/healthz").statusCode()).isEqualTo(200);
                try (RawClient late = RawClient.tcp(port)) {
                    late.write(("GET /ws?tenantId=playground HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\n"
                                    + "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
                            .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
                    assertThat(late.readHead()).startsWith("HTTP/1.1 503");
                }
            }
            client.close();
        }
        stop.join();
    }
}
