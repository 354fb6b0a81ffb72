package io.mics;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.testing.Await;
import io.mics.testing.RawClient;
import io.mics.testing.ServerProcess;
import io.mics.testing.node.TestGateway;
import jakarta.json.Json;
import jakarta.json.JsonObject;
import java.io.IOException;
import java.io.StringReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the server writes, and what commands do not. */
@Tag("engine")
class ServerLogTest {
    private static final String NODE = "port: 0\ninternal-port: 0\nhost: 127.0.0.1\nnode-id: node-1\n";

    /** A line of a logger, ours or the JDK's, or of a stack trace. */
    private static final Pattern RAW =
            Pattern.compile("^\\{.*\"level\"|^[A-Z][a-z]{2} \\d{1,2}, \\d{4} .* io\\.|^\\s+at [\\w.$/]+\\(");

    /** The exit code where no server answers. */
    private static final int UNAVAILABLE = 69;

    @TempDir
    Path dir;

    private void rewrite(String mics) throws IOException {
        Path next = dir.resolve("next");
        Files.writeString(next, NODE + mics);
        Files.move(next, dir.resolve("mics.yaml"), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static JsonObject event(ServerProcess server, String event) {
        String line = server.log()
                .lines()
                .filter(l -> l.contains("\"event\":\"" + event + "\""))
                .findFirst()
                .orElseThrow();
        try (var reader = Json.createReader(new StringReader(line))) {
            return reader.readObject();
        }
    }

    private static int status(String url) throws Exception {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(
                            HttpRequest.newBuilder(URI.create(url))
                                    .timeout(Duration.ofSeconds(30))
                                    .build(),
                            HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        }
    }

    private static long count(ServerProcess server, String text) {
        return server.log().lines().filter(line -> line.contains(text)).count();
    }

    @Test
    void whatReadyNamesCanBeOpenedAndLogSettingsHoldAtOnce() throws Exception {
        try (ServerProcess server = ServerProcess.start(dir, "", "");
                RawClient client = RawClient.connect(server.port(), TestGateway.TENANT, "u1", "d1")) {
            JsonObject ready = event(server, "ready");
            assertThat(status(ready.getString("page"))).isEqualTo(200);
            assertThat(status(ready.getString("metrics"))).isEqualTo(200);
            assertThat(status(ready.getString("internal"))).isEqualTo(200);
            assertThat(ready.getString("ws")).isEqualTo("ws://localhost:" + server.port() + "/ws");
            assertThat(ready.getString("tenants")).isEqualTo("playground, playground-durable");
            assertThat(ready.getString("config")).isEqualTo(dir.toAbsolutePath().toString());

            rewrite("log: {format: text, levels: {io.mics.offline: DEBUG}}\n");
            Await.until("text", () -> count(server, " INFO  config_reloaded dir=") == 1);
            client.sendAcked("absent", "1", "not in the log");
            Await.until("debug", () -> count(server, " DEBUG message_buffered tenant=playground user=absent") == 1);

            rewrite("log: {format: json, level: WARN, levels: {io.mics.config: INFO}}\n");
            Await.until("json", () -> count(server, "\"level\":\"INFO\",\"logger\":\"ConfigReload\"") == 1);
            client.sendAcked("absent", "2", "not in the log");
            assertThat(count(server, "message_buffered")).isEqualTo(1);
            assertThat(server.log()).doesNotContain("not in the log", "needs_restart");
        }
    }

    private static int unusedPort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private String output(int exit, String... arguments) throws Exception {
        try (ServerProcess process = ServerProcess.run(dir, Main.class, List.of(arguments))) {
            assertThat(process.exitCode()).as(process.log()).isEqualTo(exit);
            assertThat(process.log().lines())
                    .as(process.log())
                    .noneMatch(line -> RAW.matcher(line).find())
                    .as("a warning of the Java platform")
                    .noneMatch(line -> line.contains("sun.misc.Unsafe"));
            return process.log();
        }
    }

    @Test
    void commandsPrintNoLinesOfTheLog() throws Exception {
        int dead = unusedPort();
        Files.writeString(
                dir.resolve("mics.yaml"),
                NODE + "redis: {uri: 'redis://127.0.0.1:" + dead + "'}\ncluster: {token: secret}\nkafka: {"
                        + "bootstrap-servers: '127.0.0.1:" + dead + "'}\n");
        Files.writeString(
                dir.resolve("tenants.yaml"), "tenants: {t1: {hooks: {base-url: 'http://127.0.0.1:" + dead + "'}}}");
        Files.writeString(
                dir.resolve("hooks.yaml"),
                "hooks:\n  pre-send:\n    - {name: a, transport: {type: grpc, endpoint: 'http://127.0.0.1:" + dead
                        + "'}}\n");
        assertThat(output(1, "doctor", "--config", dir.toString()))
                .contains("FAIL Redis: ", "FAIL Kafka: ", "FAIL backend of tenant t1: ", "FAIL pre-send hook a");
        String nobody = "http://127.0.0.1:" + dead;
        assertThat(output(UNAVAILABLE, "explain", "m1", "--tenant", "t1", "--url", nobody))
                .contains(nobody);
        assertThat(output(UNAVAILABLE, "dead-letters", "list", "--tenant", "t1", "--url", nobody))
                .contains(nobody);
        assertThat(output(0, "--check-config", "--config", dir.toString())).contains("configuration is valid");
    }
}
