package io.mics.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.helidon.webserver.http.HttpRouting;
import io.mics.concurrent.ErrorPlanting;
import io.mics.observe.Metrics;
import io.mics.testing.gateway.TestPorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Isolated;

/** What a handler throws, on a port such as the public and the internal one. */
@Timeout(60)
@Isolated("threads of other tests would be among those that die")
class HandlerErrorsTest {
    private static final Duration LONG = Duration.ofMinutes(5);

    private static Listener listen() {
        Metrics metrics = new Metrics();
        PortContext portContext = new PortContext(
                (watched, delay) -> () -> {},
                AddressLimits.start(
                        () -> AddressSettings.NONE, metrics, (watched, delay) -> () -> {}, System::nanoTime),
                metrics,
                lost -> {});
        HttpRouting.Builder routing = HttpRouting.builder()
                .get("/error", (request, response) -> {
                    throw new OutOfMemoryError("planted");
                })
                .get("/overflow", (request, response) -> {
                    throw new StackOverflowError();
                })
                .get("/defect", (request, response) -> {
                    throw new IllegalStateException("planted");
                });
        return Listener.open(
                TestPorts.http("test", new ListenSettings.Bounds(10, LONG, LONG, LONG, 1 << 20)),
                Protocol.http1(routing),
                portContext);
    }

    private static String get(Listener listener, String path) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), listener.port())) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream()
                    .write(("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    @Test
    void anErrorInAHandlerEndsTheProcessAndADefectOneRequest() throws Exception {
        try (ErrorPlanting planting = ErrorPlanting.begin();
                Listener listener = listen()) {
            assertThat(get(listener, "/defect")).startsWith("HTTP/1.1 500");
            assertThat(get(listener, "/overflow")).startsWith("HTTP/1.1 500");
            assertThat(planting.takeLines()).isEmpty();
            assertThat(get(listener, "/error")).startsWith("HTTP/1.1 500");
            assertThat(planting.takeLines()).singleElement().asString().contains("exit code 70");
        }
    }
}
