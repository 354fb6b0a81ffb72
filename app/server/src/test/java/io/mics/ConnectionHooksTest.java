package io.mics;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.mics.hook.local.PluginJars;
import io.mics.sdk.hook.example.BackendSettings;
import io.mics.sdk.hook.example.ExampleBackend;
import io.mics.sdk.plugin.EntryHook;
import io.mics.sdk.plugin.HeartbeatHook;
import io.mics.sdk.plugin.LoginHook;
import io.mics.sdk.plugin.LogoutHook;
import io.mics.testing.Await;
import io.mics.testing.RawClient;
import io.mics.testing.node.TestGateway;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Entry, login, heartbeat and logout hooks as clients meet them, by plugin and by webhook. Both do what the device is
 * called: {@code deny}, {@code fail} and {@code hang}; any other is let in.
 */
@Timeout(120)
@Tag("engine")
class ConnectionHooksTest {
    private static final Duration TIMEOUT = Duration.ofMillis(400);
    private static final String CONDUCT = """
        switch (context.device()) {
            case "deny": return new Admission.Deny("not " + context.device() + " from " + %1$s.address());
            case "fail": throw new IllegalStateException();
            case "hang": Thread.sleep(60_000);
            default: return new Admission.Allow();
        }\
        """;

    @TempDir
    private static Path plugins;

    private static final Queue<String> RECEIVED = new ConcurrentLinkedQueue<>();
    private static final CountDownLatch END = new CountDownLatch(1);
    private static final ExecutorService THREADS = Executors.newVirtualThreadPerTaskExecutor();
    private static ExampleBackend backend;
    private static HttpServer webhook;

    @BeforeAll
    static void start() throws IOException {
        backend = new ExampleBackend(BackendSettings.forTests("s"));
        webhook = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        webhook.setExecutor(THREADS);
        webhook.createContext("/", ConnectionHooksTest::serve);
        webhook.start();
        door(EntryHook.class, "Entry", "EntryEvent");
        door(LoginHook.class, "Login", "LoginEvent");
        PluginJars.write(plugins.resolve("heartbeat.jar"), HeartbeatHook.class, "acme.Heartbeat", """
            package acme;
            import io.mics.sdk.plugin.*;
            public class Heartbeat implements HeartbeatHook {
                @Override public void handle(HookContext context, HeartbeatEvent heartbeat) throws Exception {
                    if (heartbeat.deviceId().equals("hang")) Thread.sleep(60_000);
                }
            }
            """);
        PluginJars.write(plugins.resolve("logout.jar"), LogoutHook.class, "acme.Logout", """
            package acme;
            import io.mics.sdk.plugin.*;
            public class Logout implements LogoutHook {
                @Override public void handle(HookContext context, LogoutEvent logout) throws Exception {
                    if (logout.deviceId().equals("hang")) Thread.sleep(60_000);
                    if (logout.closeCode() != 4409) throw new IllegalStateException();
                }
            }
            """);
    }

    private static void door(Class<?> type, String name, String event) throws IOException {
        PluginJars.write(plugins.resolve(name + ".jar"), type, "acme." + name, """
            package acme;
            import io.mics.sdk.plugin.*;
            public class %s implements %s {
                @Override public Admission handle(HookContext context, %s event) throws Exception {
                    %s
                }
            }
            """.formatted(
                        name, type.getSimpleName(), event, CONDUCT.formatted("event")));
    }

    private static void serve(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        RECEIVED.add(body);
        try {
            if (body.contains("\"device_id\":\"hang\"")) {
                END.await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        String answer = body.contains("\"device_id\":\"deny\"")
                ? "{\"allow\":false,\"status\":{\"code\":4,\"message\":\"not deny from 127.0.0.1\"}}"
                : "{\"allow\":true}";
        byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(body.contains("\"device_id\":\"fail\"") ? 503 : 200, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @AfterAll
    static void stop() {
        END.countDown();
        webhook.stop(0);
        THREADS.shutdownNow();
        backend.close();
    }

    /** Three tenants: {@code lax} allows on failure, {@code strict} denies, {@code shadow} is only looked at. */
    private static TestGateway gateway(String point, String transport) {
        return gateway(point, transport, "");
    }

    private static TestGateway gateway(String point, String transport, String mics) {
        StringBuilder tenants = new StringBuilder("tenants:\n");
        StringBuilder hooks = new StringBuilder("hooks:\n  " + point + ":\n");
        for (String tenant : List.of("lax", "strict", "shadow")) {
            tenants.append("  ").append(tenant).append(":\n    hooks: {base-url: \"" + backend.baseUrl() + "\"");
            tenants.append(", secret: s}\n");
            hooks.append("    - name: " + point + "-" + transport + "-" + tenant + "\n")
                    .append("      match: {tenants: [" + tenant + "]}\n")
                    .append("      mode: " + (tenant.equals("shadow") ? "shadow" : "enforce") + "\n")
                    .append("      on-failure: " + (tenant.equals("lax") ? "allow" : "deny") + "\n")
                    .append("      timeout: " + TIMEOUT.toMillis() + "ms\n")
                    .append(point.equals("heartbeat") ? "      sample: 1\n" : "")
                    .append("      transport: " + transport(point, transport) + "\n");
        }
        return TestGateway.startNode(
                "node-1",
                tenants.toString(),
                "hooks: {plugins: \"" + plugins + "\", audit-log: \"" + audit() + "\"}\n" + mics,
                hooks.toString());
    }

    private static Path audit() {
        return plugins.resolve("audit.jsonl");
    }

    private static String transport(String point, String transport) {
        String name = point.substring(0, 1).toUpperCase(java.util.Locale.ROOT) + point.substring(1);
        return transport.equals("local")
                ? "{type: local, class: acme." + name + "}"
                : "{type: webhook, url: \"http://127.0.0.1:"
                        + webhook.getAddress().getPort() + "/\"}";
    }

    private static RawClient.Frame refused(TestGateway gateway, String tenant, String device, String... headers)
            throws IOException {
        try (RawClient client =
                RawClient.upgraded(gateway.port(), RawClient.query(tenant, "valid:u1", device), headers)) {
            return client.readClose();
        }
    }

    private static void admitted(TestGateway gateway, String tenant, String device) throws IOException {
        RawClient.connect(gateway.port(), tenant, "u1", device).close();
    }

    private static double executions(
            TestGateway gateway, String point, String transport, String tenant, String result) {
        return gateway.metric(
                "hook_executions_total",
                "point=\"" + point + "\"",
                "hook=\"" + point + "-" + transport + "-" + tenant + "\"",
                "result=\"" + result + "\"");
    }

    @ParameterizedTest
    @CsvSource({"entry, local", "entry, webhook", "login, local", "login, webhook"})
    void aConnectionIsLetInOrRefusedAsItsHooksSay(String point, String transport) throws IOException {
        try (TestGateway gateway = gateway(point, transport)) {
            admitted(gateway, "strict", "d1");
            long asked = backend.calls("auth");
            RawClient.Frame denied = refused(gateway, "lax", "deny");
            assertThat(denied.closeCode()).isEqualTo(4001);
            assertThat(denied.closeReason()).isEqualTo("not deny from 127.0.0.1");
            assertThat(backend.calls("auth") - asked)
                    .as("an entry hook is asked before the backend, a login hook afterwards")
                    .isEqualTo(point.equals("entry") ? 0 : 1);
            admitted(gateway, "shadow", "deny");
            assertThat(executions(gateway, point, transport, "lax", "stop")).isEqualTo(1);
            assertThat(executions(gateway, point, transport, "shadow", "stop")).isEqualTo(1);
            assertThat(executions(gateway, point, transport, "strict", "allow")).isEqualTo(1);
            gateway.awaitEmpty();
        }
        String who = point.equals("entry") ? "deny" : "u1";
        assertThat(Files.readAllLines(audit()))
                .anySatisfy(line -> assertThat(line)
                        .contains("\"who\":\"" + who + "\"", "\"hook\":\"" + point + "-" + transport + "-lax\"")
                        .contains("\"result\":\"stop\"", "\"cause\":\"not deny from 127.0.0.1\""));
    }

    @ParameterizedTest
    @CsvSource({
        "entry, local, 127.0.0.1, 203.0.113.7",
        "entry, webhook, 127.0.0.1, 203.0.113.7",
        "login, local, 127.0.0.1, 203.0.113.7",
        "login, webhook, 127.0.0.1, 203.0.113.7",
        "entry, local, 10.0.0.0/8, 127.0.0.1",
        "entry, webhook, 10.0.0.0/8, 127.0.0.1",
        "login, local, 10.0.0.0/8, 127.0.0.1",
        "login, webhook, 10.0.0.0/8, 127.0.0.1"
    })
    void aHookGetsTheAddressATrustedProxyNamesAndThatOfAPeerWhoIsNotTrusted(
            String point, String transport, String trusted, String expected) throws IOException {
        try (TestGateway gateway = gateway(point, transport, "addresses: {trusted-proxies: [\"" + trusted + "\"]}")) {
            RECEIVED.clear();
            RawClient.Frame denied = refused(gateway, "lax", "deny", "X-Forwarded-For: 198.51.100.1, 203.0.113.7");
            assertThat(denied.closeCode()).isEqualTo(4001);
            if (transport.equals("local")) {
                assertThat(denied.closeReason()).isEqualTo("not deny from " + expected);
            } else {
                assertThat(RECEIVED).hasSize(1).first().asString().contains("\"address\":\"" + expected + "\"");
            }
            gateway.awaitEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"entry, local", "entry, webhook", "login, local", "login, webhook"})
    void aHookThatFailsOrHangsDecidesAsConfiguredAndInTime(String point, String transport) throws IOException {
        try (TestGateway gateway = gateway(point, transport)) {
            for (String device : List.of("fail", "hang")) {
                admitted(gateway, "lax", device);
                admitted(gateway, "shadow", device);
                RawClient.Frame unsaid = refused(gateway, "strict", device);
                assertThat(unsaid.closeCode()).isEqualTo(4429);
                assertThat(unsaid.closeReason()).isEqualTo(point + " unavailable");
            }
            assertThat(executions(gateway, point, transport, "lax", "timeout")).isEqualTo(1);
            assertThat(executions(gateway, point, transport, "strict", "timeout"))
                    .isEqualTo(1);
            assertThat(executions(gateway, point, transport, "shadow", "error")).isEqualTo(1);
            gateway.awaitEmpty();
        }
    }

    @Test
    void anEntryHookIsNotAskedAboutWhatIsRefusedAnyway() throws IOException {
        try (TestGateway gateway = gateway("entry", "webhook")) {
            double before = executions(gateway, "entry", "webhook", "lax", "allow");
            assertThat(refused(gateway, "lax", "no|device").closeReason()).isEqualTo("invalid device_id: contains |");
            assertThat(refused(gateway, "nobody", "d1").closeCode()).isEqualTo(4002);
            assertThat(executions(gateway, "entry", "webhook", "lax", "allow")).isEqualTo(before);
        }
    }

    @Test
    void whateverShowsThatAJsonClientIsThereIsAHeartbeat() throws IOException {
        try (TestGateway gateway = gateway("heartbeat", "webhook");
                RawClient json = RawClient.upgraded(
                        gateway.port(),
                        RawClient.query("lax", "valid:u3", "d3"),
                        "Sec-WebSocket-Protocol: mics.json.v1")) {
            double before = executions(gateway, "heartbeat", "webhook", "lax", "ok");
            assertThat(json.read().text()).contains("connected");
            json.sendText("{\"type\":\"ping\"}");
            assertThat(json.read().text()).contains("pong");
            json.send(0x8a, new byte[0]);
            Await.until("both notified", () -> executions(gateway, "heartbeat", "webhook", "lax", "ok") == before + 2);
        }
    }

    @ParameterizedTest
    @CsvSource({"local", "webhook"})
    void heartbeatsAreNotifiedAndNeverWaitedFor(String transport) throws IOException {
        try (TestGateway gateway = gateway("heartbeat", transport);
                RawClient well = RawClient.connect(gateway.port(), "lax", "u1", "d1");
                RawClient sick = RawClient.connect(gateway.port(), "strict", "u2", "hang")) {
            RECEIVED.clear();
            for (int i = 0; i < 5; i++) { // would not be answered while the hook hangs, for a minute
                sick.ping();
                assertThat(sick.readProtobuf().hasHeartbeatPong()).isTrue();
            }
            well.ping();
            assertThat(well.readProtobuf().hasHeartbeatPong()).isTrue();
            Await.until("notified", () -> executions(gateway, "heartbeat", transport, "lax", "ok") >= 1);
            Await.until("timed out", () -> executions(gateway, "heartbeat", transport, "strict", "timeout") == 5);
            if (transport.equals("webhook")) {
                assertThat(RECEIVED)
                        .anySatisfy(body -> assertThat(body)
                                .contains("\"hook_type\":\"heartbeat\"", "\"user_id\":\"u1\",\"device_id\":\"d1\""));
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"local", "webhook"})
    void endsOfSessionsAreNotifiedWithTheirCloseCodeAndNeverWaitedFor(String transport) throws IOException {
        try (TestGateway gateway = gateway("logout", transport)) {
            RECEIVED.clear();
            admitted(gateway, "strict", "hang");
            RawClient second;
            try (RawClient first = RawClient.connect(gateway.port(), "lax", "u1", "d1")) {
                second = RawClient.connect(gateway.port(), "lax", "u1", "d1");
                assertThat(first.readClose().closeCode()).isEqualTo(4409);
            }
            try (second) {
                Await.until("notified", () -> executions(gateway, "logout", transport, "lax", "ok") == 1);
                second.ping();
                assertThat(second.readProtobuf().hasHeartbeatPong()).isTrue();
            }
            Await.until("timed out", () -> executions(gateway, "logout", transport, "strict", "timeout") == 1);
            gateway.awaitEmpty();
            if (transport.equals("webhook")) {
                assertThat(RECEIVED)
                        .anySatisfy(body -> assertThat(body)
                                .contains("\"hook_type\":\"logout\"")
                                .contains("\"user_id\":\"u1\",\"device_id\":\"d1\",\"close_code\":4409"));
            }
        }
    }
}
