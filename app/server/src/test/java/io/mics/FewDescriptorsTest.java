package io.mics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.mics.testing.Await;
import io.mics.testing.RawClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A server process that may open few files, and one whose port is taken. */
@SuppressWarnings("NullAway.Init")
@Tag("engine")
class FewDescriptorsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    @TempDir
    Path folder;

    private final List<Socket> sockets = new ArrayList<>();
    private Process server;
    private int port;

    private void start(String limit, String main, String... settings) throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        start(port, limit, main, settings);
    }

    private void start(int at, String limit, String main, String... settings) throws IOException {
        port = at;
        Files.writeString(
                folder.resolve("mics.yaml"),
                "port: " + port + "\nhost: 127.0.0.1\n" + String.join("\n", settings) + "\n");
        String command =
                limit + "exec '" + ProcessHandle.current().info().command().orElse("java")
                        + "' -Xmx128m -cp '"
                        + System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"))
                        + "' " + main + " --config '" + folder + "'";
        server = new ProcessBuilder("bash", "-c", command)
                .redirectOutput(folder.resolve("out").toFile())
                .redirectError(folder.resolve("err").toFile())
                .start();
    }

    @AfterEach
    void stop() throws Exception {
        for (Socket socket : sockets) {
            socket.close();
        }
        if (server != null) {
            server.destroyForcibly().waitFor();
        }
    }

    private void awaitConnected() throws Exception {
        Await.untilTrue("connected", () -> {
            try (RawClient client = RawClient.connect(port, "playground", "u1", "d1")) {
                client.ping();
                return client.readProtobuf().hasHeartbeatPong();
            } catch (IOException e) {
                assertThat(server.isAlive()).as("the server lives: " + log()).isTrue();
                return false;
            }
        });
    }

    private String log() throws IOException {
        return Files.readString(folder.resolve("out")) + Files.readString(folder.resolve("err"));
    }

    @Test
    void threeHundredSilentSocketsUnder256FilesKeepNobodyOutAndNoSessionIsClosedForThem() throws Exception {
        start("ulimit -n 256; ", "io.mics.Main");
        awaitConnected();
        try (RawClient session = RawClient.connect(port, "playground", "u2", "d2")) {
            for (int i = 0; i < 300; i++) {
                sockets.add(new Socket(InetAddress.getLoopbackAddress(), port));
            }
            awaitConnected();
            session.ping();
            assertThat(session.readProtobuf().hasHeartbeatPong()).isTrue();
        }
    }

    @Test
    void aListenerThatRunsOutOfFilesAcceptsAgain() throws Exception {
        start("ulimit -n 256; ", "io.mics.testing.gateway.BoundlessPort", "connections: none");
        awaitAnswer();
        for (int i = 0; i < 300; i++) {
            sockets.add(new Socket(InetAddress.getLoopbackAddress(), port));
        }
        awaitAnswer();
        assertThat(log()).contains("accept_failed");
    }

    /** What is first opened when a socket is first waited for is never opened again where that failed. */
    @Test
    void whatBlockingNeedsIsOpenedBeforeTheFirstSocketIsAccepted() throws Exception {
        start("ulimit -n 256; ", "io.mics.testing.gateway.BoundlessPort", "connections: none");
        Await.untilTrue("listening", () -> log().contains("listening"));
        Path files = Path.of("/proc/" + server.pid() + "/fd");
        assumeThat(files).isDirectory();
        List<String> open = new ArrayList<>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(files)) {
            for (Path file : all) {
                open.add(Files.readSymbolicLink(file).toString());
            }
        }
        assertThat(open).contains("anon_inode:[eventpoll]");
    }

    private void awaitAnswer() throws Exception {
        Await.untilTrue("an answer", () -> {
            try (RawClient client = RawClient.tcp(port)) {
                client.write("GET / HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
                return client.readHead().startsWith("HTTP/1.1 200 ");
            } catch (IOException e) {
                return false;
            }
        });
    }

    @Test
    void aFloodOfResetsIsSurvivedWithFewLinesOfLog() throws Exception {
        start("ulimit -n 512; ", "io.mics.Main");
        awaitConnected();
        long before = Files.size(folder.resolve("out"));
        byte[] request = "GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < 3_000; i++) {
            try (Socket socket = new Socket()) {
                socket.setSoLinger(true, 0);
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 10_000);
                socket.getOutputStream().write(request);
            } catch (IOException e) {
                // the server may close first
            }
        }
        awaitConnected();
        assertThat(Files.size(folder.resolve("out")) - before).as(log()).isLessThan(20_000);
        assertThat(log()).doesNotContain("\\tat ");
    }

    @Test
    void aTakenPortEndsTheStartWithItsSettingAndExitCode78() throws Exception {
        for (String key : List.of("port", "internal-port")) {
            try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                if (key.equals("port")) {
                    start(taken.getLocalPort(), "", "io.mics.Main");
                } else {
                    start("", "io.mics.Main", "internal-port: " + taken.getLocalPort());
                }
                assertThat(server.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                        .isTrue();
                assertThat(server.exitValue()).isEqualTo(78);
                assertThat(Files.readString(folder.resolve("err")))
                        .contains("127.0.0.1:" + taken.getLocalPort())
                        .contains(key)
                        .contains(key.equals("port") ? "PORT" : "INTERNAL_PORT");
                assertThat(Files.readString(folder.resolve("out"))).doesNotContain("\"ready\"");
            }
        }
    }
}
