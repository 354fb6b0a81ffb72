package io.mics;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("engine")
class TenantRulesTest {
    private ExampleBackend backend;

    @BeforeEach
    void startBackend() throws IOException {
        backend = new ExampleBackend(BackendSettings.forTests(""));
        backend.setGroup("pair", List.of("a", "b"));
        backend.setGroup("three", List.of("a", "b", "c"));
    }

    @AfterEach
    void stopBackend() {
        backend.close();
    }

    private String tenants(String more) {
        return "tenants:\n  t1:\n    hooks: {base-url: \"" + backend.baseUrl() + "\", timeout: 5s}\n    " + more + "\n";
    }

    @Test
    void leavesTheSendingDeviceOutWhenTheTenantSaysSo() throws IOException {
        try (TestGateway gateway = TestGateway.start(tenants("echo-to-sender: false"), "");
                RawClient phone = RawClient.connect(gateway.port(), "t1", "a", "phone");
                RawClient laptop = RawClient.connect(gateway.port(), "t1", "a", "laptop");
                RawClient other = RawClient.connect(gateway.port(), "t1", "b", "d1")) {
            phone.send(RawClient.group("pair", "g1", "all"));
            ServerFrame first = phone.readProtobuf();
            assertThat(first.getAck().getStatus()).isEqualTo(AckStatus.SENT);
            assertThat(laptop.readDelivery().getMsgId()).isEqualTo("g1");
            assertThat(other.readDelivery().getMsgId()).isEqualTo("g1");
            phone.ping();
            assertThat(phone.readProtobuf().hasHeartbeatPong()).isTrue();
        }
    }

    @Test
    void refusesAGroupOfMoreThanTheLimitAndServesOneAtIt() throws IOException {
        try (TestGateway gateway = TestGateway.start(tenants(""), "group: {max-members: 2}");
                RawClient a = RawClient.connect(gateway.port(), "t1", "a", "d1");
                RawClient b = RawClient.connect(gateway.port(), "t1", "b", "d1")) {
            a.send(RawClient.group("three", "g1", "all"));
            MessageAck refused = a.readAck();
            assertThat(refused.getStatus()).isEqualTo(AckStatus.FAILED);
            assertThat(refused.getReason()).isEqualTo("group too large");
            a.send(RawClient.group("pair", "g2", "all"));
            assertThat(a.readAck().getStatus()).isEqualTo(AckStatus.SENT);
            assertThat(b.readDelivery().getMsgId()).isEqualTo("g2");
        }
    }

    @Test
    void letsOnlyTheNamedOriginsInAndThoseWithoutOne() throws IOException {
        try (TestGateway gateway = TestGateway.start(tenants("origins: [\"https://good.example\"]"), "")) {
            String query = RawClient.query("t1", "valid:a", "d1");
            try (RawClient bad = RawClient.upgraded(gateway.port(), query, "Origin: https://bad.example")) {
                RawClient.Frame close = bad.readClose();
                assertThat(close.closeCode()).isEqualTo(4001);
                assertThat(close.closeReason()).isEqualTo("origin not allowed");
            }
            try (RawClient good = RawClient.upgraded(gateway.port(), query, "Origin: https://good.example")) {
                assertThat(good.readProtobuf().hasConnectAck()).isTrue();
            }
            try (RawClient none = RawClient.upgraded(gateway.port(), query)) {
                assertThat(none.readProtobuf().hasConnectAck()).isTrue();
            }
        }
    }

    @Test
    void showsTheHookPermitsInUseWhileACallIsInFlight() throws IOException {
        try (TestGateway gateway = TestGateway.start(tenants(""), "");
                RawClient a = RawClient.connect(gateway.port(), "t1", "a", "d1")) {
            String[] permits = {"tenant=\"t1\"", "limit=\"hook-CheckMessage\""};
            assertThat(gateway.metric("mics_limit_permits_in_use", permits)).isZero();
            backend.setDelay(Duration.ofSeconds(1));
            a.sendTo("b", "1", "hi");
            Await.until("one permit in use", () -> gateway.metric("mics_limit_permits_in_use", permits) == 1);
            assertThat(a.readAck().getStatus()).isEqualTo(AckStatus.SENT);
            assertThat(gateway.metric("mics_limit_permits_in_use", permits)).isZero();
        }
    }

    @Test
    void delaysADeviceThatKeepsReplacingItself() throws IOException {
        try (TestGateway gateway = TestGateway.playground()) {
            RawClient last = gateway.connect("a", "d1");
            for (int i = 0; i < 3; i++) {
                RawClient next = gateway.connect("a", "d1");
                assertThat(last.readClose().closeCode()).isEqualTo(4409);
                last.close();
                last = next;
            }
            assertThat(gateway.metric("mics_device_flapping_total")).isZero();
            long start = System.nanoTime();
            try (RawClient delayed = gateway.connect("a", "d1")) {
                assertThat(Duration.ofNanos(System.nanoTime() - start)).isGreaterThanOrEqualTo(Duration.ofSeconds(1));
                assertThat(last.readClose().closeCode()).isEqualTo(4409);
                assertThat(delayed).isNotNull();
            }
            assertThat(gateway.metric("mics_device_flapping_total")).isEqualTo(1);
        }
    }

    @Test
    void closesTheStalledReceiverAtTheNodesTotalAndNotTheOneThatReads() throws IOException {
        String body = "x".repeat(100_000);
        try (TestGateway gateway = TestGateway.start(
                        tenants("offline: {messages-per-user: 0}"),
                        "outbound: {frames: 0, bytes: 0, total-bytes: 1MiB}");
                RawClient sender = RawClient.connect(gateway.port(), "t1", "s", "d1");
                RawClient stalled = RawClient.connect(gateway.port(), "t1", "stalled", "d1");
                RawClient reading = RawClient.connect(gateway.port(), "t1", "reading", "d1")) {
            int sent = 0;
            while (sender.sendAcked("stalled", "m" + sent, body).getStatus() == AckStatus.SENT) {
                assertThat(sent++).as("messages until the total was reached").isLessThan(1_000);
            }
            for (int i = 0; i < 20; i++) {
                assertThat(sender.sendAcked("reading", "r" + i, body).getStatus())
                        .isEqualTo(AckStatus.SENT);
                assertThat(reading.readDelivery().getMsgId()).isEqualTo("r" + i);
            }
            Await.until(
                    "the stalled receiver is closed",
                    () -> gateway.metric("mics_ws_disconnected_total", "tenant=\"t1\"", "code=\"4430\"") == 1);
            assertThat(stalled).isNotNull();
            assertThat(gateway.metric("mics_outbound_queued_bytes")).isLessThan(1 << 20);
        }
    }

    @Test
    void appliesAChangedTenantWithinTwoSecondsOfTheWrite() throws IOException {
        String before = tenants("limits: {messages-per-second: 1}");
        try (TestGateway gateway = TestGateway.start(before, "");
                RawClient a = RawClient.connect(gateway.port(), "t1", "a", "d1")) {
            a.sendAcked("b", "1", "hi");
            assertThat(a.sendAcked("b", "2", "hi").getReason()).isEqualTo("tenant qps limited");
            long written = System.nanoTime();
            gateway.rewriteTenants(tenants("limits: {messages-per-second: 100000}"));
            int tried = 0;
            int sentInARow = 0;
            while (sentInARow < 5) {
                boolean sent = a.sendAcked("b", "n" + tried++, "hi").getStatus() == AckStatus.SENT;
                sentInARow = sent ? sentInARow + 1 : 0;
            }
            // two seconds are what is promised; the rest is for a busy machine
            assertThat(Duration.ofNanos(System.nanoTime() - written)).isLessThanOrEqualTo(Duration.ofSeconds(30));
        }
    }
}
