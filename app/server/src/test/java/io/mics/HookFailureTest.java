package io.mics;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.proto.message.v1.AckStatus;
import io.mics.proto.message.v1.MessageAck;
import io.mics.sdk.hook.example.BackendSettings;
import io.mics.sdk.hook.example.ExampleBackend;
import io.mics.testing.Await;
import io.mics.testing.RawClient;
import io.mics.testing.node.TestGateway;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("engine")
class HookFailureTest {
    private static final String SECRET = "dev-secret-t1";
    private static ExampleBackend backend;
    private static ServerSocket silent;

    @BeforeAll
    static void startBackends() throws IOException {
        backend = new ExampleBackend(BackendSettings.forTests(SECRET));
        backend.setGroup("g1", List.of("a", "b", "a"));
        silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    }

    @AfterAll
    static void stopBackends() throws IOException {
        backend.close();
        silent.close();
    }

    private static String tenant(String id, String baseUrl, String more) {
        return "  " + id + ":\n    hooks: {base-url: \"" + baseUrl + "\", secret: " + SECRET + more + "}\n";
    }

    @Test
    void asksASignedBackendForEverything() throws IOException {
        long checks = backend.calls("check-message");
        try (TestGateway gateway = TestGateway.start("tenants:\n" + tenant("t1", backend.baseUrl(), ""), "");
                RawClient a = RawClient.connect(gateway.port(), "t1", "a", "d1");
                RawClient b = RawClient.connect(gateway.port(), "t1", "b", "d1")) {
            // histograms live as long as the process, which other tests share
            double timed = gateway.metric("mics_hook_duration_ms_count", "op=\"CheckMessage\"");
            assertThat(a.sendAcked("b", "1", "hi").getReason()).isEmpty();
            assertThat(b.readDelivery().getMsgId()).isEqualTo("1");
            a.send(RawClient.group("g1", "2", "all"));
            assertThat(a.readAck().getStatus()).isEqualTo(AckStatus.SENT);
            assertThat(b.readDelivery().getMsgId()).isEqualTo("2");
            assertThat(backend.calls("check-message") - checks).isEqualTo(2);
            try (RawClient refused = RawClient.upgraded(gateway.port(), RawClient.query("t1", "no", "d1"))) {
                assertThat(refused.readClose().closeCode()).isEqualTo(4001);
            }
            assertThat(gateway.metric("mics_hook_check_message_total", "result=\"allow\""))
                    .isEqualTo(2);
            assertThat(gateway.metric("mics_hook_duration_ms_count", "op=\"CheckMessage\"") - timed)
                    .isEqualTo(2);
        }
    }

    @Test
    void refusesABackendThatCannotVerifyItsSignature() throws IOException {
        String wrong = "tenants:\n  t1:\n    hooks: {base-url: \"" + backend.baseUrl() + "\", secret: wrong}\n";
        try (TestGateway gateway = TestGateway.start(wrong, "");
                RawClient client = RawClient.upgraded(gateway.port(), RawClient.query("t1", "valid:a", "d1"))) {
            assertThat(client.readClose().closeCode()).isEqualTo(4429);
            assertThat(gateway.metric("mics_hook_requests_total", "http_4xx")).isEqualTo(1);
        }
    }

    @Test
    void failsClosedWithoutTheSecretItMustHave() throws IOException {
        String unsigned =
                "tenants:\n  t1:\n    hooks: {base-url: \"" + backend.baseUrl() + "\", sign-required: true}\n";
        try (TestGateway gateway = TestGateway.start(unsigned, "");
                RawClient client = RawClient.upgraded(gateway.port(), RawClient.query("t1", "valid:a", "d1"))) {
            assertThat(client.readClose().closeCode()).isEqualTo(4429);
            assertThat(gateway.metric("mics_hook_requests_total", "sign_required"))
                    .isEqualTo(1);
        }
    }

    @Test
    void refusesConnectionsWith4429WhenTheAuthHookNeverAnswers() throws IOException {
        String hanging = "http://127.0.0.1:" + silent.getLocalPort();
        try (TestGateway gateway =
                        TestGateway.start("tenants:\n" + tenant("t1", hanging, ", auth-timeout: 200ms"), "");
                RawClient client = RawClient.upgraded(gateway.port(), RawClient.query("t1", "valid:a", "d1"))) {
            assertThat(client.readClose().closeCode()).isEqualTo(4429);
            gateway.awaitEmpty();
        }
    }

    @Test
    void degradesOrDeniesWhenTheCheckHookFailsAndOpensTheBreaker() throws IOException {
        try (ExampleBackend failing = new ExampleBackend(BackendSettings.forTests(SECRET));
                TestGateway gateway = TestGateway.start(
                        "tenants:\n" + tenant("t1", failing.baseUrl(), "")
                                + tenant("t2", failing.baseUrl(), ", on-check-failure: deny"),
                        "");
                RawClient lenient = RawClient.connect(gateway.port(), "t1", "a", "d1");
                RawClient strict = RawClient.connect(gateway.port(), "t2", "a", "d1")) {
            failing.setFailRate(1);
            for (int i = 0; i < 7; i++) {
                assertThat(lenient.sendAcked("b", "m" + i, "hi").getStatus()).isEqualTo(AckStatus.SENT);
            }
            assertThat(gateway.metric("mics_hook_check_message_total", "tenant=\"t1\"", "degraded"))
                    .isEqualTo(7);
            assertThat(gateway.metric("mics_hook_requests_total", "tenant=\"t1\"", "http_5xx"))
                    .isEqualTo(5);
            assertThat(gateway.metric("mics_hook_requests_total", "tenant=\"t1\"", "circuit_open"))
                    .isEqualTo(2);
            MessageAck denied = strict.sendAcked("b", "1", "hi");
            assertThat(denied.getStatus()).isEqualTo(AckStatus.FAILED);
            assertThat(denied.getReason()).isEqualTo("hook degraded");
            lenient.send(RawClient.group("g1", "g", "all"));
            assertThat(lenient.readAck().getReason()).isEqualTo("hook degraded");
        }
    }

    @Test
    void letsAHookThatHangsCostOtherTenantsNothing() throws Exception {
        String tenants = "tenants:\n" + tenant("well", backend.baseUrl(), "") + tenant("sick", backend.baseUrl(), "");
        try (TestGateway gateway = TestGateway.start(tenants, "");
                RawClient well = RawClient.connect(gateway.port(), "well", "a", "d1")) {
            RawClient[] sick = new RawClient[20];
            for (int i = 0; i < sick.length; i++) {
                sick[i] = RawClient.connect(gateway.port(), "sick", "s" + i, "d1");
            }
            long alone = median(well, "before");
            gateway.rewriteTenants("tenants:\n" + tenant("well", backend.baseUrl(), "")
                    + tenant(
                            "sick", "http://127.0.0.1:" + silent.getLocalPort(), ", timeout: 2s, breaker-failures: 0"));
            Await.until("reloaded", () -> gateway.metric("mics_config_reloads_total", "result=\"ok\"") == 1);
            for (RawClient client : sick) {
                client.sendTo("b", "1", "hi");
            }
            long beside = median(well, "during");
            // one that waited for a permit or a call of the other tenant would wait for seconds
            assertThat(beside)
                    .isLessThan(Math.max(20 * alone, Duration.ofSeconds(1).toNanos()));
            for (RawClient client : sick) {
                assertThat(client.readAck().getStatus()).isEqualTo(AckStatus.SENT);
                client.close();
            }
            assertThat(gateway.metric("mics_hook_requests_total", "tenant=\"sick\"", "timeout"))
                    .isEqualTo(20);
        }
    }

    private static long median(RawClient client, String name) throws IOException {
        long[] took = new long[101];
        for (int i = 0; i < took.length; i++) {
            long start = System.nanoTime();
            client.sendAcked("b", name + i, "hi");
            took[i] = System.nanoTime() - start;
        }
        Arrays.sort(took);
        return took[took.length / 2];
    }

    @Test
    void forgetsARemovedTenantWhenItsLastSessionHasGone() throws Exception {
        String stays = tenant("stays", backend.baseUrl(), "");
        String goes = tenant("goes", backend.baseUrl(), "");
        try (TestGateway gateway = TestGateway.start("tenants:\n" + stays + goes, "");
                RawClient other = RawClient.connect(gateway.port(), "stays", "a", "d1")) {
            RawClient last = RawClient.connect(gateway.port(), "goes", "a", "d1");
            assertThat(last.sendAcked("absent", "1", "hi").getStatus()).isEqualTo(AckStatus.SENT);
            assertThat(gateway.metric("mics_offline_buffered_bytes")).isPositive();
            gateway.rewriteTenants("tenants:\n" + stays);
            Await.until("removed", () -> refused(gateway, "goes"));
            last.ping();
            assertThat(last.readProtobuf().hasHeartbeatPong()).isTrue();
            assertThat(last.sendAcked("absent", "2", "hi").getReason()).isEqualTo("no routes delivered");
            assertThat(gateway.get("/metrics").body()).contains("tenant=\"goes\"");
            last.close();
            Await.until("no series left", () -> !body(gateway).contains("tenant=\"goes\""));
            assertThat(gateway.metric("mics_offline_buffered_bytes")).isZero();
            assertThat(body(gateway)).contains("tenant=\"stays\"");
            gateway.rewriteTenants("tenants:\n" + stays + goes);
            Await.until("back", () -> !refused(gateway, "goes"));
            try (RawClient again = RawClient.connect(gateway.port(), "goes", "b", "d1")) {
                assertThat(again.sendAcked("absent", "1", "hi").getStatus()).isEqualTo(AckStatus.SENT);
                assertThat(gateway.metric("mics_messages_in_total", "tenant=\"goes\""))
                        .isEqualTo(1);
            }
            other.ping();
        }
    }

    private static String body(TestGateway gateway) {
        try {
            return gateway.get("/metrics").body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean refused(TestGateway gateway, String tenant) {
        String query = RawClient.query(tenant, "valid:probe", "d1");
        try (RawClient probe = RawClient.upgraded(gateway.port(), query)) {
            RawClient.Frame first = probe.read();
            return first.isClose() && first.closeCode() == 4002;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void changesHooksUnderLiveConnectionsAndKeepsWhatABrokenFileWouldBreak() throws Exception {
        try (TestGateway gateway = TestGateway.start("tenants:\n" + tenant("t1", backend.baseUrl(), ""), "");
                RawClient a = RawClient.connect(gateway.port(), "t1", "a", "d1");
                RawClient b = RawClient.connect(gateway.port(), "t1", "b", "d1")) {
            gateway.rewriteTenants("tenants:\n  t1: {hooks: {base-urll: nowhere}}\n");
            Await.until("refused", () -> gateway.metric("mics_config_reloads_total", "result=\"failed\"") >= 1);
            assertThat(gateway.get("/readyz").statusCode()).isEqualTo(200);
            assertThat(gateway.get("/readyz").body()).contains("base-urll");
            assertThat(a.sendAcked("b", "1", "while broken").getReason()).isEmpty();
            assertThat(b.readDelivery().getMsgId()).isEqualTo("1");
            gateway.rewriteTenants(
                    "tenants:\n" + tenant("t1", backend.baseUrl(), "") + tenant("t9", backend.baseUrl(), ""));
            Await.until("reloaded", () -> gateway.metric("mics_config_reloads_total", "result=\"ok\"") >= 1);
            assertThat(gateway.get("/readyz").body()).doesNotContain("base-urll");
            try (RawClient added = RawClient.connect(gateway.port(), "t9", "z", "d1")) {
                assertThat(added.sendAcked("y", "1", "hi").getStatus()).isEqualTo(AckStatus.SENT);
            }
            assertThat(a.sendAcked("b", "2", "after").getReason()).isEmpty();
        }
    }
}
