package io.mics;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.proto.hook.v1.TenantRuntimeConfig;
import io.mics.proto.message.v1.AckStatus;
import io.mics.proto.message.v1.MessageAck;
import io.mics.sdk.hook.example.BackendSettings;
import io.mics.sdk.hook.example.EventSettings;
import io.mics.sdk.hook.example.ExampleBackend;
import io.mics.sdk.testing.KafkaBroker;
import io.mics.testing.Await;
import io.mics.testing.RawClient;
import io.mics.testing.node.TestGateway;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole loop: gateway, Kafka, a backend that keeps what users missed, and gives it back when they come. */
@Tag("engine")
class EventLoopTest {
    private static final String TENANT = "t1";
    private static final String SECRET = "dev-secret-t1";
    private static KafkaBroker kafka;

    @TempDir
    private Path store;

    @BeforeAll
    static void start() {
        kafka = KafkaBroker.running();
    }

    @AfterAll
    static void stop() {
        kafka.close();
    }

    private BackendSettings backend(String topic) {
        return new BackendSettings(
                0,
                SECRET,
                Map.of("g", List.of("u1", "u2", "u3", "u4")),
                Duration.ZERO,
                0,
                "",
                TenantRuntimeConfig.newBuilder().setOfflineUseHookPull(true).build(),
                new EventSettings(kafka.bootstrapServers(), List.of(TENANT), topic, "backend", store));
    }

    private static TestGateway gateway(ExampleBackend backend, String topic) {
        return TestGateway.start(
                "tenants:\n  t1:\n    hooks: {base-url: \"" + backend.baseUrl() + "\", secret: " + SECRET
                        + ", timeout: 5s, auth-timeout: 5s}\n",
                "kafka: {bootstrap-servers: \"" + kafka.bootstrapServers() + "\", topic: \"" + topic + "\"}");
    }

    private static RawClient connect(TestGateway gateway, String user) throws Exception {
        return RawClient.connect(gateway.port(), TENANT, user, "d1");
    }

    private static void awaitPublished(TestGateway gateway, String type, int count) {
        Await.until(
                count + " of " + type,
                () -> gateway.metric("mics_mq_published_total", "\"event\"", "\"" + type + "\"") == count);
    }

    @Test
    void whatAUserMissedComesBackFromTheBackendInOrder() throws Exception {
        String topic = "loop-{tenant}";
        try (ExampleBackend backend = new ExampleBackend(backend(topic));
                TestGateway gateway = gateway(backend, topic)) {
            try (RawClient u1 = connect(gateway, "u1")) {
                for (int i = 0; i < 250; i++) {
                    MessageAck ack = u1.sendAcked("u2", "m" + i, "missed " + i);
                    assertThat(ack.getStatus()).isEqualTo(AckStatus.SENT);
                }
                u1.send(RawClient.group("g", "to-group", "to all"));
                assertThat(u1.readDelivery().getMsgId()).isEqualTo("to-group");
                MessageAck ack = u1.readAck();
                assertThat(ack.getOfflineNotifiedUsers()).isEqualTo(3);
                assertThat(ack.getOfflineBufferedUsers()).isZero();
                assertThat(ack.getOfflineSkippedUsers()).isZero();
            }
            awaitPublished(gateway, "OfflineMessage", 253);
            awaitPublished(gateway, "SingleChatMsg", 250);
            awaitPublished(gateway, "GroupChatMsg", 1);
            Await.until(
                    "stored by the backend",
                    () -> backend.stored(TENANT, "u2") == 251 && backend.stored(TENANT, "u4") == 1);
            assertThat(gateway.metric("mics_offline_buffered_total", "\"t1\"")).isZero();
            try (RawClient u2 = connect(gateway, "u2")) {
                for (int i = 0; i < 250; i++) {
                    assertThat(u2.readDelivery().getMsgId()).isEqualTo("m" + i);
                }
                assertThat(u2.readDelivery().getMsgId()).isEqualTo("to-group");
            }
            Await.until(
                    "counted at the end of the pull",
                    () -> gateway.metric("mics_offline_drained_from_hook_total", "\"t1\"") == 251);
            awaitPublished(gateway, "ConnectOnline", 2);
            awaitPublished(gateway, "ConnectOffline", 2);
            assertThat(gateway.metric("mics_mq_queued", "\"t1\"")).isZero();
        }
    }

    @Test
    void moreThanOnePullMayBringComesBackOverSeveralConnectionsWithoutAGap() throws Exception {
        String topic = "many-{tenant}";
        int all = 2_500;
        try (ExampleBackend backend = new ExampleBackend(backend(topic));
                TestGateway gateway = gateway(backend, topic)) {
            try (RawClient u1 = connect(gateway, "u1")) {
                for (int i = 0; i < all; i++) {
                    assertThat(u1.sendAcked("u2", "m" + i, "missed").getStatus())
                            .isEqualTo(AckStatus.SENT);
                }
            }
            Await.until("stored by the backend", () -> backend.stored(TENANT, "u2") == all);
            awaitPublished(gateway, "OfflineMessage", all);
            assertThat(gateway.metric("mics_mq_dropped_total", "\"t1\"")
                            + gateway.metric("mics_mq_dlq_total", "\"t1\"")
                            + gateway.metric("mics_offline_buffered_total", "\"t1\""))
                    .isZero();
            // this backend takes the next question for the receipt: the tenth page of a pull comes again
            for (int next = 0; next < all; next += 900) {
                int end = Math.min(all, next + 1_000);
                try (RawClient u2 = connect(gateway, "u2")) {
                    for (int i = next; i < end; i++) {
                        assertThat(u2.readDelivery().getMsgId()).isEqualTo("m" + i);
                    }
                    u2.ping();
                    assertThat(u2.readProtobuf().hasHeartbeatPong()).isTrue();
                }
            }
            Await.until("nothing left", () -> backend.stored(TENANT, "u2") == 0);
        }
    }
}
