package io.mics;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.proto.message.v1.AckStatus;
import io.mics.proto.message.v1.MessageAck;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.testing.Await;
import io.mics.testing.RawClient;
import io.mics.testing.gateway.PullBackend;
import io.mics.testing.node.TestGateway;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Devices of a tenant that keeps messages itself, over real hooks and sockets. Events are refused: there is no log. */
@Timeout(60)
@Tag("engine")
class OfflinePullTest {
    private PullBackend backend;

    @BeforeEach
    void start() throws IOException {
        backend = new PullBackend();
    }

    @AfterEach
    void stop() {
        backend.close();
    }

    private TestGateway gateway(String hooks) {
        return TestGateway.start(
                "tenants:\n  t1:\n    hooks: {base-url: \"" + backend.baseUrl() + "\"" + hooks + "}\n", "");
    }

    private static RawClient connect(TestGateway gateway, String user) throws IOException {
        return RawClient.connect(gateway.port(), "t1", user, "d1");
    }

    private static void assertNext(RawClient client, int from, int to) throws IOException {
        for (int i = from; i < to; i++) {
            assertThat(client.readDelivery().getMsgId()).isEqualTo("m" + i);
        }
    }

    private static double drained(TestGateway gateway) {
        return gateway.metric("mics_offline_drained_from_hook_total", "tenant=\"t1\"");
    }

    @Test
    void handsOverPagesInOrderThenWhatIsBufferedHere() throws IOException {
        try (TestGateway gateway = gateway(", timeout: 5s");
                RawClient sender = connect(gateway, "sender")) {
            backend.keep("u1", 0, 250);
            assertThat(sender.sendAcked("u1", "buffered here", "hi").getStatus())
                    .isEqualTo(AckStatus.SENT);
            assertThat(gateway.metric("mics_offline_buffered_total", "via=\"local_fallback\""))
                    .isEqualTo(1);
            assertThat(gateway.metric("mics_offline_notified_total")).isZero();
            try (RawClient device = connect(gateway, "u1")) {
                assertNext(device, 0, 250);
                assertThat(device.readDelivery().getMsgId()).isEqualTo("buffered here");
            }
            assertThat(drained(gateway)).isEqualTo(250);
            assertThat(gateway.metric("mics_hook_get_offline_messages_total", "result=\"ok\""))
                    .isGreaterThanOrEqualTo(3);
        }
    }

    @Test
    void handsOverAThousandAndTheRestOnTheNextConnection() throws IOException {
        try (TestGateway gateway = gateway(", timeout: 5s")) {
            backend.keep("u1", 0, 1_030);
            try (RawClient device = connect(gateway, "u1")) {
                assertNext(device, 0, 1_000);
                Await.until("pulled", () -> drained(gateway) == 1_000);
                device.ping();
                assertThat(device.readProtobuf().hasHeartbeatPong()).isTrue();
            }
            backend.forget("u1", 1_000);
            try (RawClient device = connect(gateway, "u1")) {
                assertNext(device, 1_000, 1_030);
            }
            assertThat(backend.pulls("u1")).isEqualTo(11);
        }
    }

    @Test
    void handsOverTenThousandInOrderAThousandForEachConnectionNoneTwice() throws IOException {
        backend.givesOnce = true;
        try (TestGateway gateway = gateway(", timeout: 5s")) {
            backend.keep("u1", 0, 10_000);
            for (int connection = 1; connection <= 10; connection++) {
                try (RawClient device = connect(gateway, "u1")) {
                    int all = connection * 1_000;
                    assertNext(device, all - 1_000, all);
                    Await.until("counted", () -> drained(gateway) == all);
                    device.ping();
                    assertThat(device.readProtobuf().hasHeartbeatPong())
                            .as("nothing follows")
                            .isTrue();
                    assertThat(backend.pulls("u1")).isEqualTo(connection * 10);
                }
            }
            try (RawClient device = connect(gateway, "u1")) {
                Await.until("asked once more", () -> backend.pulls("u1") == 101);
                Await.until(
                        "answered",
                        () -> gateway.metric("mics_hook_get_offline_messages_total", "result=\"ok\"") == 101);
                device.ping();
                assertThat(device.readProtobuf().hasHeartbeatPong()).isTrue();
            }
            assertThat(drained(gateway)).isEqualTo(10_000);
        }
    }

    @Test
    void connectsAndDeliversWhileABackendHangs() throws Exception {
        CountDownLatch answer = new CountDownLatch(1);
        backend.keep("u1", 0, 1);
        backend.beforePulls("u1", answer::await);
        try (TestGateway gateway = gateway(", timeout: 30s");
                RawClient sender = connect(gateway, "sender");
                RawClient device = connect(gateway, "u1")) {
            Await.until("the pull has begun", () -> backend.pulls("u1") == 1);
            assertThat(sender.sendAcked("u1", "live", "hi").getStatus()).isEqualTo(AckStatus.SENT);
            assertThat(device.readDelivery().getMsgId()).isEqualTo("live");
            assertThat(device.sendAcked("sender", "back", "hi").getReason()).isEmpty();
            assertThat(sender.readDelivery().getMsgId()).isEqualTo("back");
            assertThat(answer.getCount()).isEqualTo(1);
            answer.countDown();
            assertThat(device.readDelivery().getMsgId()).isEqualTo("m0");
        }
    }

    @Test
    void takesATimeoutForEmptyAndHandsOverWhatIsBufferedHere() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        backend.beforePulls("u1", never::await);
        try (TestGateway gateway = gateway(", timeout: 300ms");
                RawClient sender = connect(gateway, "sender")) {
            assertThat(sender.sendAcked("u1", "buffered here", "hi").getStatus())
                    .isEqualTo(AckStatus.SENT);
            try (RawClient device = connect(gateway, "u1")) {
                assertThat(device.readDelivery().getMsgId()).isEqualTo("buffered here");
            }
            assertThat(gateway.metric("mics_hook_get_offline_messages_total", "result=\"timeout\""))
                    .isEqualTo(1);
            assertThat(gateway.metric("mics_offline_drain_failed_total", "reason=\"timeout\""))
                    .isEqualTo(1);
        } finally {
            never.countDown();
        }
    }

    @Test
    void takesARejectionByTheHooksQueueForEmpty() throws Exception {
        CountDownLatch answer = new CountDownLatch(1);
        backend.beforePulls("u1", answer::await);
        try (TestGateway gateway = gateway(", timeout: 30s, max-concurrency: 1");
                RawClient first = connect(gateway, "u1")) {
            Await.until("the pull has begun", () -> backend.pulls("u1") == 1);
            try (RawClient second = connect(gateway, "u2")) {
                Await.until(
                        "rejected",
                        () -> gateway.metric("mics_hook_get_offline_messages_total", "result=\"queue_rejected\"") == 1);
                assertThat(gateway.metric("mics_offline_drain_failed_total", "reason=\"queue_rejected\""))
                        .isEqualTo(1);
                second.ping();
                assertThat(second.readProtobuf().hasHeartbeatPong()).isTrue();
            }
            answer.countDown();
            first.ping();
        }
    }

    @Test
    void asksForEachDevice() throws Exception {
        backend.keep("u1", 0, 2);
        try (TestGateway gateway = gateway(", timeout: 5s");
                RawClient phone = RawClient.connect(gateway.port(), "t1", "u1", "phone");
                RawClient laptop = RawClient.connect(gateway.port(), "t1", "u1", "laptop")) {
            assertNext(phone, 0, 2);
            assertNext(laptop, 0, 2);
            assertThat(backend.devices("u1")).containsExactlyInAnyOrder("phone", "laptop");
        }
    }

    @Test
    void losesNothingWhenTheSwitchIsTurnedOnAndOffAgain() throws Exception {
        backend.pulls = false;
        try (TestGateway gateway = gateway(", timeout: 5s");
                RawClient sender = connect(gateway, "sender")) {
            assertThat(sender.sendAcked("u1", "buffered before", "hi").getStatus())
                    .isEqualTo(AckStatus.SENT);
            backend.keep("u1", 0, 1);
            backend.pulls = true;
            try (RawClient device = connect(gateway, "u1")) {
                assertNext(device, 0, 1);
                assertThat(device.readDelivery().getMsgId()).isEqualTo("buffered before");
            }
            backend.keep("u2", 0, 1);
            backend.pulls = false;
            try (RawClient device = connect(gateway, "u2")) {
                assertNext(device, 0, 1);
            }
            Await.until("u2 has left", () -> gateway.metric("mics_ws_connections") == 1);
            assertThat(sender.sendAcked("u2", "buffered after", "hi").getStatus())
                    .isEqualTo(AckStatus.SENT);
            assertThat(gateway.metric("mics_offline_buffered_total", "via=\"local\""))
                    .isEqualTo(2);
            try (RawClient device = connect(gateway, "u2")) {
                List<String> got = List.of(
                        device.readDelivery().getMsgId(), device.readDelivery().getMsgId());
                assertThat(got).containsExactly("m0", "buffered after");
            }
        }
    }

    @Test
    void aNodeThatNeverKnewTheSwitchOnPullsWhereItIsToKeepPulling() throws Exception {
        backend.pulls = false;
        backend.keep("u1", 0, 2);
        String tenants = "tenants:\n  t1:\n    hooks: {base-url: \"" + backend.baseUrl() + "\", timeout: 5s}\n";
        String pulling = tenants + "    offline: {keep-pulling: true}\n";
        try (TestGateway gateway = TestGateway.start(pulling, "");
                RawClient sender = connect(gateway, "sender")) {
            assertThat(sender.sendAcked("u1", "buffered here", "hi").getStatus())
                    .isEqualTo(AckStatus.SENT);
            assertThat(gateway.metric("mics_offline_buffered_total", "via=\"local\""))
                    .isEqualTo(1);
            try (RawClient device = connect(gateway, "u1")) {
                assertNext(device, 0, 2);
                assertThat(device.readDelivery().getMsgId()).isEqualTo("buffered here");
            }
            int asked = backend.pulls("u1");
            gateway.rewriteTenants(tenants);
            Await.until("followed", () -> gateway.metric("mics_config_reloads_total", "result=\"ok\"") > 0);
            try (RawClient device = connect(gateway, "u1")) {
                device.ping();
                assertThat(device.readProtobuf().hasHeartbeatPong()).isTrue();
            }
            assertThat(backend.pulls("u1")).isEqualTo(asked);
        }
    }

    @Test
    void countsAGroupsMembersThatAreBufferedHereAndSkipped() throws IOException {
        backend.group = List.of("sender", "g1", "g2", "g3");
        try (TestGateway gateway = TestGateway.start(
                        "tenants:\n  t1: {hooks: {base-url: \"" + backend.baseUrl() + "\", timeout: 5s}}\n",
                        "group: {offline-max-users: 2}");
                RawClient sender = connect(gateway, "sender")) {
            sender.send(RawClient.group("g", "1", "all"));
            assertThat(sender.readDelivery().getMsgId()).isEqualTo("1");
            MessageAck ack = sender.readAck();
            assertThat(ack.getStatus()).isEqualTo(AckStatus.SENT);
            assertThat(ack.getOfflineNotifiedUsers()).isZero();
            assertThat(ack.getOfflineBufferedUsers()).isEqualTo(2);
            assertThat(ack.getOfflineSkippedUsers()).isEqualTo(1);
            assertThat(ack.getPartialDelivery()).isTrue();
        }
    }

    @Test
    void skipsWhatIsNotForTheDeviceAndGoesOn() throws IOException {
        backend.keep(
                "u1",
                MessageRequest.newBuilder().setTenantId("t2").setMsgId("x").build());
        backend.keep("u1", 0, 1);
        try (TestGateway gateway = gateway(", timeout: 5s");
                RawClient device = connect(gateway, "u1").timeout(Duration.ofSeconds(5))) {
            assertNext(device, 0, 1);
            Await.until("counted", () -> gateway.metric("mics_offline_pull_skipped_total", "field=\"tenant_id\"") == 1);
        }
    }
}
