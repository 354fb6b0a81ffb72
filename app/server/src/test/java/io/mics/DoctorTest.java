package io.mics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.mics.admin.terminal.Terminal;
import io.mics.listener.Descriptors;
import io.mics.sdk.hook.example.BackendSettings;
import io.mics.sdk.hook.example.ExampleBackend;
import io.mics.sdk.testing.KafkaBroker;
import io.mics.testing.Await;
import io.mics.testing.Certificates;
import io.mics.testing.HandWrittenHttp;
import io.mics.testing.RedisServer;
import io.mics.testing.node.CommandRun;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
@Tag("engine")
class DoctorTest {
    private static final String TOKEN = "cluster: {token: between-us}\n";
    private static final String SECRET = "dev-secret-t1";

    @TempDir
    private Path dir;

    private final ByteArrayOutputStream said = new ByteArrayOutputStream();

    private int examined(String mics, String tenants, String hooks) throws IOException {
        // few connections, so that the limits of whoever runs this test are no finding
        return examined(10, mics, tenants, hooks);
    }

    private int examined(int connections, String mics, String tenants, String hooks) throws IOException {
        Files.writeString(dir.resolve("mics.yaml"), "ws: {max-tcp-connections: " + connections + "}\n" + mics);
        Files.writeString(dir.resolve("tenants.yaml"), tenants);
        Files.writeString(dir.resolve("hooks.yaml"), hooks);
        return Doctor.run(dir, Map.of(), new PrintStream(said, true, StandardCharsets.UTF_8));
    }

    private String said() {
        return said.toString(StandardCharsets.UTF_8);
    }

    private static int nobodysPort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    @Test
    void findsNothingWhereEverythingIsThere() throws Exception {
        try (RedisServer redis = RedisServer.running();
                KafkaBroker broker = KafkaBroker.running();
                ExampleBackend backend = new ExampleBackend(BackendSettings.forTests(SECRET))) {
            String mics = TOKEN + "port: 0\ninternal-port: 0\ngrpc-port: 0\nredis: {uri: \"redis://127.0.0.1:"
                    + redis.port() + "\"}\nkafka: {bootstrap-servers: \"" + broker.bootstrapServers() + "\"}\n";
            String tenants = "tenants:\n  t1:\n    hooks: {base-url: \"" + backend.baseUrl() + "\", secret: " + SECRET
                    + ", auth-timeout: 10s}\n";
            assertThat(examined(mics, tenants, "")).as(said()).isZero();
            assertThat(said())
                    .contains("OK   memory: ", "OK   open files: ", "OK   port: ", "OK   grpc-port: ")
                    .contains("OK   Redis: ", "OK   Kafka: ", "OK   backend of tenant t1: ")
                    .containsPattern("OK   clock: at most \\d+ ms from the TIME of Redis")
                    .containsPattern("OK   clock: at most \\d+ ms from the Date header of the backend of tenant t1")
                    .contains("OK   certificates: the configuration names none")
                    .contains("everything is as it should be")
                    .doesNotContain("WARN", "FAIL");
        }
    }

    @Test
    void namesWhateverDoesNotAnswerAndWhatToDo() throws Exception {
        int port = nobodysPort();
        String mics = TOKEN + "redis: {uri: \"redis://127.0.0.1:" + port
                + "\"}\nkafka: {bootstrap-servers: \"127.0.0.1:" + port + "\"}\n";
        String tenants =
                "tenants:\n  t1:\n    hooks: {base-url: \"http://127.0.0.1:" + port + "\", auth-timeout: 10s}\n";
        String hooks = """
            hooks:
              pre-send:
                - {name: words, transport: {type: grpc, endpoint: "http://127.0.0.1:%1$d"}}
                - {name: rules, transport: {type: local, class: acme.Rules}}
              post-send:
                - {name: crm, transport: {type: webhook, url: "http://127.0.0.1:%1$d/crm"}}
            """.formatted(port);
        assertThat(examined(mics, tenants, hooks)).isEqualTo(1);
        assertThat(said())
                .contains("FAIL Redis: does not answer", "fix: start it, or correct redis.uri")
                .contains("FAIL Kafka: does not answer")
                .contains("FAIL backend of tenant t1: ", "fix: start the backend, or correct hooks.base-url")
                .contains("WARN backend of tenant t1: is called without a signature")
                .contains("FAIL pre-send hook words@1.0.0: ")
                .contains("FAIL pre-send hook rules@1.0.0: plugin acme.Rules: no class acme.Rules in plugins/")
                .contains("fix: put its jar into the folder that hooks.plugins names")
                .contains("FAIL post-send hook crm@1.0.0: ");
    }

    @Test
    void warnsOfARedisThatForgetsWhenItIsFull() throws Exception {
        try (RedisServer redis = RedisServer.running("--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru")) {
            String tenants = "tenants:\n  t1:\n    hooks: {base-url: \"http://127.0.0.1:" + nobodysPort() + "\"}\n";
            examined(TOKEN + "redis: {uri: \"redis://127.0.0.1:" + redis.port() + "\"}\n", tenants, "");
            assertThat(said()).contains("WARN Redis: maxmemory-policy is allkeys-lru", "maxmemory-policy noeviction");
        }
    }

    @Test
    void countsOpenFilesAsTheListenerDoes() throws Exception {
        long limit = Descriptors.limit();
        assumeThat(limit).as("a system with a limit").isLessThan(1 << 30);
        // more than the listener would accept, and fewer than the limit
        int wanted = Descriptors.clients(limit, 0) + 1;
        assertThat(examined(wanted, "port: 0\ninternal-port: 0\n", "", "")).isZero();
        assertThat(said())
                .contains(
                        "WARN open files: ws.max-tcp-connections is " + wanted + ", but the process may open " + limit)
                .contains("fix: ulimit -n " + Descriptors.files(wanted) + ", or lower ws.max-tcp-connections");
        said.reset();
        examined(0, "port: 0\ninternal-port: 0\n", "", "");
        assertThat(said()).contains("OK   open files: the process may open " + limit);
    }

    @Test
    void saysWhatIsWrongWithTheFilesFirst() throws Exception {
        assertThat(examined("prot: 1\n", "", "hooks: {pre-sned: []}\n")).isEqualTo(78);
        assertThat(said()).contains("prot", "pre-sned");
    }

    @Test
    void looksAtPortsAndCertificates(@TempDir Path keys) throws Exception {
        Certificates.Identity own = new Certificates(keys).selfSigned("own", "ip:127.0.0.1");
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String tls = "cluster: {tls: {certificate: \"%1$s\", key: \"%2$s\", trust: \"%1$s\"}}\n"
                    .formatted(own.certificate(), own.key());
            String ports = "host: 127.0.0.1\nport: " + taken.getLocalPort() + "\ninternal-port: 0\n";
            assertThat(examined(ports + tls, "", ""))
                    .as("a running server has its port")
                    .isZero();
            assertThat(said())
                    .contains("WARN port: " + taken.getLocalPort() + " on 127.0.0.1 cannot be had")
                    .contains("OK   internal-port: ")
                    .containsPattern("(OK  |WARN) cluster.tls.certificate: CN=own.* is valid until 20")
                    .contains("cluster.tls.trust: ")
                    .doesNotContain("everything is as it should be");
        }
        String noPem = "cluster: {tls: {certificate: \"%1$s\", key: \"%1$s\", trust: \"%1$s\"}}\n".formatted(own.key());
        assertThat(examined(noPem + "port: 0\n", "", "")).isEqualTo(1);
        assertThat(said()).contains("FAIL cluster.tls.certificate: cannot be read");
    }

    @Test
    void saysThatAClockIsWrongAndThatThereWasNoneToCompareItWith() throws Exception {
        try (HandWrittenHttp backend = HandWrittenHttp.start(connection -> {
            while (connection.next().isPresent()) {
                connection.send("HTTP/1.1 404 Not Found\r\nDate: Tue, 06 Jan 2026 10:00:00 GMT\r\n"
                        + "Content-Length: 0\r\n\r\n");
            }
        })) {
            examined("port: 0\n", "tenants:\n  t1: {hooks: {base-url: \"" + backend.url() + "\"}}\n", "");
            assertThat(said())
                    .containsPattern("WARN clock: at least \\d{7,} ms from the Date header of the backend of tenant t1")
                    .contains("fix: run NTP on this machine and on the other one");
        }
        said.reset();
        assertThat(examined("port: 0\n", "", "")).isZero();
        assertThat(said()).contains("compared with nothing: there is no Redis, and no backend says the time");
    }

    @Test
    void ourOwnListenerIsAliveForEveryTransport() throws Exception {
        ByteArrayOutputStream listening = new ByteArrayOutputStream();
        Terminal terminal = CommandRun.terminal(InputStream.nullInputStream(), listening, listening, Map.of());
        Thread listener = Thread.ofPlatform()
                .start(() -> CommandRun.in(terminal, "hooks", "listen", "port=0", "--secret", SECRET));
        try {
            Pattern port = Pattern.compile("listening for hook calls on 127\\.0\\.0\\.1:(\\d+)");
            Await.until(
                    "it listens",
                    () -> port.matcher(listening.toString(StandardCharsets.UTF_8))
                            .find());
            Matcher found = port.matcher(listening.toString(StandardCharsets.UTF_8));
            assertThat(found.find()).isTrue();
            String url = "http://127.0.0.1:" + found.group(1);
            String tenants = "tenants:\n  t1:\n    hooks: {base-url: \"" + url + "\", secret: " + SECRET
                    + ", auth-timeout: 10s}\n";
            String hooks = """
                hooks:
                  pre-send:
                    - {name: grpc, transport: {type: grpc, endpoint: "%1$s"}}
                    - {name: mics, transport: {type: mics-http, base-url: "%1$s"}}
                    - {name: webhook, transport: {type: webhook, url: "%1$s/hook", secrets: [%2$s]}}
                """.formatted(url, SECRET);
            assertThat(examined("port: 0\ninternal-port: 0\n", tenants, hooks))
                    .as(said())
                    .isZero();
            assertThat(said())
                    .contains("OK   pre-send hook grpc@", "OK   pre-send hook mics@", "OK   pre-send hook webhook@")
                    .contains("OK   backend of tenant t1: ")
                    .doesNotContain("FAIL");
            assertThat(listening.toString(StandardCharsets.UTF_8))
                    .contains("pre-send by grpc, a gateway's probe, without a message")
                    .doesNotContain("undecodable");
        } finally {
            listener.interrupt();
            listener.join();
        }
    }

    @Test
    void whatItQuotesSteersNoTerminal() throws Exception {
        ExecutorService connections = Executors.newVirtualThreadPerTaskExecutor();
        try (ServerSocket odd = new ServerSocket(0, 8, InetAddress.getLoopbackAddress())) {
            var unused = connections.submit(() -> {
                while (true) { // until the socket is closed
                    Socket connection = odd.accept();
                    var unusedAnswers = connections.submit(() -> refuseAll(connection));
                }
            });
            String mics = TOKEN + "port: 0\ninternal-port: 0\ngrpc-port: 0\nredis: {uri: \"redis://127.0.0.1:"
                    + odd.getLocalPort() + "\"}\n";
            String tenants = "tenants:\n  t1:\n    hooks: {base-url: \"http://127.0.0.1:" + nobodysPort() + "\"}\n";
            int code = examined(mics, tenants, "");
            assertThat(said())
                    .contains("FAIL Redis: ", "?[2J", "\n     fix: start it")
                    .doesNotContain("\u001b");
            assertThat(code).isEqualTo(1);
        } finally {
            // a connection that was being made while the client library shut down is closed by nobody
            connections.shutdownNow();
        }
    }

    /** Answers whatever comes with an error that would clear the screen. */
    private static @Nullable Void refuseAll(Socket connection) throws IOException {
        try (connection) {
            byte[] some = new byte[1_024];
            while (connection.getInputStream().read(some) > 0) {
                connection.getOutputStream().write("-ERR \u001b[2J\r\n".getBytes(StandardCharsets.UTF_8));
            }
        }
        return null;
    }
}
