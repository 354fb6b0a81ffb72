package io.mics;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.testing.Await;
import io.mics.testing.ServerProcess;
import io.mics.testing.node.TakenPort;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A port that is gone and cannot be bound again. */
@Timeout(180)
@Tag("engine")
class LostPortTest {
    private static final Pattern TAKEN = Pattern.compile(TakenPort.TAKEN + "(\\d+)\\.");

    @TempDir
    Path folder;

    @Test
    void theNodeIsNotReadyWhileItTriesAndEndsWithItsExitCodeWhenItCannot() throws Exception {
        Files.writeString(folder.resolve("mics.yaml"), "port: " + freePort() + "\ninternal-port: 0\nhost: 127.0.0.1\n");
        try (ServerProcess server = ServerProcess.run(folder, TakenPort.class, List.of(folder.toString()), "-Xmx128m");
                HttpClient http = HttpClient.newHttpClient()) {
            Matcher taken = awaitTaken(server);
            HttpResponse<String> readiness = http.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + taken.group(1) + "/readyz"))
                            .timeout(Duration.ofSeconds(10))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
            assertThat(readiness.statusCode()).isEqualTo(503);
            assertThat(readiness.body()).contains("the public port is not served");
            assertThat(server.isAlive()).as("it is still trying").isTrue();
            assertThat(server.exitCode()).isEqualTo(70);
            assertThat(server.log()).contains("a port is lost", "exit code 70");
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    private static Matcher awaitTaken(ServerProcess server) {
        for (int i = 0; i < 6 && server.isAlive(); i++) {
            try {
                Await.until("taken", () -> TAKEN.matcher(server.log()).find());
                break;
            } catch (AssertionError slowMachine) {
                // a start takes longer there
            }
        }
        Matcher taken = TAKEN.matcher(server.log());
        assertThat(taken.find()).as(server.log()).isTrue();
        return taken;
    }
}
