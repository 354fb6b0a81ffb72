package io.mics;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.proto.hook.v1.AuthResponse;
import io.mics.proto.hook.v1.TenantRuntimeConfig;
import io.mics.testing.Await;
import io.mics.testing.HandWrittenHttp;
import io.mics.testing.HandWrittenHttp.Connection;
import io.mics.testing.HandWrittenHttp.Request;
import io.mics.testing.LogLines;
import io.mics.testing.RawClient;
import io.mics.testing.node.TestGateway;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a node does about its tenants' backends before a client comes. */
@Timeout(120)
@Tag("engine")
class WarmUpTest {
    /** The requests by the connection they came on, such as {@code 1 OPTIONS /auth}. */
    private final List<String> seen = new CopyOnWriteArrayList<>();

    private static String tenants(String... idsAndUrls) {
        StringBuilder tenants = new StringBuilder("tenants:\n");
        for (int i = 0; i < idsAndUrls.length; i += 2) {
            tenants.append(
                    "  " + idsAndUrls[i] + ": {hooks: {base-url: \"" + idsAndUrls[i + 1] + "\", auth-timeout: 30s}}\n");
        }
        return tenants.toString();
    }

    private void serve(Connection connection) throws IOException {
        byte[] admitted =
                AuthResponse.newBuilder().setOk(true).setUserId("u1").build().toByteArray();
        for (Optional<Request> next = connection.next(); next.isPresent(); next = connection.next()) {
            Request request = next.get();
            seen.add(connection.number() + " " + request.line().replace(" HTTP/1.1", ""));
            if (request.line().startsWith("OPTIONS ")) {
                connection.send("HTTP/1.1 405 Method Not Allowed\r\nContent-Length: 0\r\n\r\n");
            } else {
                connection.send("HTTP/1.1 200 OK\r\nContent-Length: " + admitted.length + "\r\n\r\n", admitted);
            }
        }
    }

    @Test
    void theFirstAuthUsesTheConnectionMadeBeforeTheFirstClient() throws Exception {
        try (HandWrittenHttp backend = HandWrittenHttp.start(this::serve);
                TestGateway gateway = TestGateway.start(tenants("t1", backend.url()), "hooks: {warm-up: 30s}")) {
            assertThat(seen).as("before any client").containsExactly("1 OPTIONS /auth");
            RawClient.connect(gateway.port(), "t1", "u1", "d1").close();
            assertThat(seen).containsExactly("1 OPTIONS /auth", "1 POST /auth");
            assertThat(backend.connections()).isEqualTo(1);
        }
    }

    @Test
    void aBackendThatIsNotThereIsNamedWithoutSecretsAndTheNodeIsReadyAllTheSame() throws Exception {
        int nobody;
        try (HandWrittenHttp gone = HandWrittenHttp.start(this::serve)) {
            nobody = gone.port();
        }
        try (LogLines log = LogLines.of("io.mics.hook.http.WarmUp");
                TestGateway gateway = TestGateway.start(
                        tenants("t1", "http://me:hidden@127.0.0.1:" + nobody), "hooks: {warm-up: 30s}")) {
            assertThat(gateway.get("/readyz").statusCode()).isEqualTo(200);
            assertThat(log.lines())
                    .singleElement()
                    .asString()
                    .contains("backend_unreachable", "t1", "http://127.0.0.1:" + nobody, "refused")
                    .doesNotContain("hidden");
        }
    }

    @Test
    void aBackendThatIsSilentDelaysTheStartNoLongerThanConfigured() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch never = new CountDownLatch(1);
        try (HandWrittenHttp silent = HandWrittenHttp.start(connection -> {
                    connection.expect();
                    asked.countDown();
                    never.await();
                });
                LogLines log = LogLines.of("io.mics.hook.http.WarmUp");
                TestGateway gateway = TestGateway.start(tenants("t1", silent.url()), "hooks: {warm-up: 10ms}")) {
            assertThat(gateway.get("/readyz").statusCode()).isEqualTo(200);
            asked.await();
            log.await("backend_unreachable");
            never.countDown();
        }
    }

    @Test
    void tenantsThatAReloadAddsAreConnectedToAsWell() throws Exception {
        try (HandWrittenHttp first = HandWrittenHttp.start(this::serve);
                HandWrittenHttp added = HandWrittenHttp.start(this::serve);
                TestGateway gateway = TestGateway.start(tenants("t1", first.url()), "")) {
            gateway.rewriteTenants(tenants("t1", first.url(), "t2", added.url()));
            Await.until("connected to", () -> added.connections() == 1);
            assertThat(first.connections()).as("who stays is left alone").isEqualTo(1);
        }
    }

    @Test
    void aLearnedBaseUrlIsConnectedToOnlyWhereCallsMayLead() throws Exception {
        try (HandWrittenHttp inside = HandWrittenHttp.start(this::serve);
                HandWrittenHttp backend = HandWrittenHttp.start(connection -> learning(connection, inside.url()));
                LogLines log = LogLines.of("io.mics.hook.http.WarmUp");
                TestGateway gateway = TestGateway.startNode(
                        "node-1",
                        tenants("t1", backend.url()),
                        "hooks: {warm-up: 30s}",
                        "webhook-targets: {deny: [127.0.0.1]}\nhooks: {}")) {
            RawClient.connect(gateway.port(), "t1", "u1", "d1").close();
            gateway.rewriteTenants(tenants("t1", backend.url()).replace("30s", "29s"));
            log.await("backend_unreachable");
            assertThat(log.lines()).singleElement().asString().contains(inside.url() + "/auth was not called");
            assertThat(inside.connections()).isZero();
        }
    }

    /** A backend that says it lives elsewhere. */
    private static void learning(Connection connection, String elsewhere) throws IOException {
        byte[] admitted = AuthResponse.newBuilder()
                .setOk(true)
                .setUserId("u1")
                .setConfig(TenantRuntimeConfig.newBuilder().setHookBaseUrl(elsewhere))
                .build()
                .toByteArray();
        while (connection.next().isPresent()) {
            connection.send("HTTP/1.1 200 OK\r\nContent-Length: " + admitted.length + "\r\n\r\n", admitted);
        }
    }

    @Test
    void noneIsConnectedToAheadWhereThatIsTurnedOff() throws Exception {
        try (HandWrittenHttp backend = HandWrittenHttp.start(this::serve);
                TestGateway gateway = TestGateway.start(tenants("t1", backend.url()), "hooks: {warm-up: 0s}")) {
            RawClient.connect(gateway.port(), "t1", "u1", "d1").close();
            assertThat(seen).containsExactly("1 POST /auth");
        }
    }
}
