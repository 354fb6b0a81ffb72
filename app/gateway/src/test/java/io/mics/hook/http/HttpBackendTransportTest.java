package io.mics.hook.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.mics.concurrent.Deadline;
import io.mics.hook.BackendOperation;
import io.mics.hook.point.HookResponse;
import io.mics.httpclient.HttpClient;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class HttpBackendTransportTest {
    static {
        System.setProperty("sun.net.httpserver.nodelay", "true");
    }

    /** What a raw server does with one connection. */
    private interface Behaviour {
        void serve(Socket socket) throws IOException, InterruptedException;
    }

    private static final Duration LIMIT = Duration.ofMillis(150);
    private static final byte[] REQUEST = {1, 2, 3};

    private final HttpClient client = HttpClient.ofDefaults();
    private final HttpBackendTransport transport = new HttpBackendTransport(client);
    private final CountDownLatch hungUp = new CountDownLatch(1);

    @AfterEach
    void close() {
        client.close();
    }

    @Test
    void answersWithTheBodyAndKeepsItsConnection() throws Exception {
        Set<InetSocketAddress> peers = ConcurrentHashMap.newKeySet();
        HttpServer server = server(200, REQUEST, peers);
        try {
            for (int i = 0; i < 20; i++) {
                HookResponse<byte[]> reply = call(url(server.getAddress().getPort()), Duration.ofSeconds(5));
                assertThat(((HookResponse.Answered<byte[]>) reply).answer()).isEqualTo(REQUEST);
            }
            assertThat(peers).hasSize(1);
        } finally {
            server.stop(0);
        }
    }

    @Test
    void namesTheStatusAndTheUrl() throws Exception {
        for (int status : new int[] {302, 404, 500, 503}) {
            HttpServer server = server(status, REQUEST, ConcurrentHashMap.newKeySet());
            try {
                String url = url(server.getAddress().getPort());
                assertThat(call(url, Duration.ofSeconds(5)))
                        .isEqualTo(new HookResponse.Failed<>(
                                status < 500 ? HookResponse.Kind.REFUSED : HookResponse.Kind.ERROR,
                                status + " from " + url + "/check-message"));
            } finally {
                server.stop(0);
            }
        }
    }

    @Test
    void refusesAnAnswerOverItsLimit() throws Exception {
        HttpServer server = server(200, new byte[(64 << 10) + 1], ConcurrentHashMap.newKeySet());
        try {
            assertThat(failure(call(url(server.getAddress().getPort()), Duration.ofSeconds(5))))
                    .isEqualTo(HookResponse.Kind.UNDECODABLE);
        } finally {
            server.stop(0);
        }
    }

    @Test
    void givesUpOnABackendThatNeverAnswersAndHangsUp() throws Exception {
        assertGivesUp(socket -> {});
    }

    @Test
    void givesUpOnABackendThatDripsAndHangsUp() throws Exception {
        assertGivesUp(socket -> {
            OutputStream out = socket.getOutputStream();
            write(out, "HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n");
            try {
                for (int i = 0; i < 900; i++) {
                    out.write(1);
                    Thread.sleep(20);
                }
            } catch (IOException e) {
                hungUp.countDown();
            }
        });
    }

    @Test
    void givesUpOnABackendThatHangsAfterAFirstAnswer() throws Exception {
        AtomicBoolean first = new AtomicBoolean(true);
        try (ServerSocket raw = raw(socket -> {
            socket.getInputStream().read(new byte[4_096]);
            if (first.getAndSet(false)) {
                write(socket.getOutputStream(), "HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nx");
            }
            untilHungUp(socket);
        })) {
            assertThat(call(url(raw.getLocalPort()), Duration.ofSeconds(5))).isInstanceOf(HookResponse.Answered.class);
            assertTimesOut(url(raw.getLocalPort()));
            hungUp.await();
        }
    }

    @Test
    void givesUpOnABackendThatDoesNotAcceptConnections() throws Exception {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        try (ServerSocket full = new ServerSocket(0, 1, loopback);
                Socket first = new Socket();
                Socket second = new Socket()) {
            first.connect(full.getLocalSocketAddress());
            second.connect(full.getLocalSocketAddress());
            assertTimesOut(url(full.getLocalPort()));
        }
    }

    @Test
    void saysOfARefusedConnectionThatItIsOne() throws Exception {
        int port;
        try (ServerSocket closed = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = closed.getLocalPort();
        }
        HookResponse<byte[]> reply = call(url(port), Duration.ofSeconds(5));
        assertThat(failure(reply)).isEqualTo(HookResponse.Kind.UNREACHABLE);
        assertThat(((HookResponse.Failed<byte[]>) reply).cause())
                .contains("refused")
                .contains(url(port));
    }

    @Test
    void treatsGarbageAndCutAnswersAsNetworkErrors() throws Exception {
        for (String answer :
                new String[] {"SECRET nonsense\r\n\r\n", "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nx"}) {
            try (ServerSocket raw = raw(socket -> {
                socket.getInputStream().read(new byte[4_096]);
                write(socket.getOutputStream(), answer);
                socket.close();
            })) {
                HookResponse<byte[]> reply = call(url(raw.getLocalPort()), Duration.ofSeconds(5));
                assertThat(failure(reply)).isEqualTo(HookResponse.Kind.UNREACHABLE);
                assertThat(((HookResponse.Failed<byte[]>) reply).cause()).doesNotContain("SECRET");
            }
        }
    }

    @Test
    void aNamedHostIsLookedUp() throws Exception {
        HttpServer server = server(200, REQUEST, ConcurrentHashMap.newKeySet());
        try {
            String url = "http://localhost:" + server.getAddress().getPort();
            assertThat(call(url, Duration.ofSeconds(5))).isInstanceOf(HookResponse.Answered.class);
        } finally {
            server.stop(0);
        }
    }

    private void assertGivesUp(Behaviour behaviour) throws Exception {
        try (ServerSocket raw = raw(socket -> {
            behaviour.serve(socket);
            untilHungUp(socket);
        })) {
            assertTimesOut(url(raw.getLocalPort()));
            hungUp.await();
        }
    }

    /** A call ends at its deadline, not before; how long after is up to a machine that may be busy. */
    private void assertTimesOut(String url) throws InterruptedException {
        long start = System.nanoTime();
        assertThat(failure(call(url, LIMIT))).isEqualTo(HookResponse.Kind.TIMEOUT);
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(LIMIT, LIMIT.plusSeconds(20));
    }

    private void untilHungUp(Socket socket) {
        try {
            while (socket.getInputStream().read(new byte[4_096]) >= 0) {
                Thread.onSpinWait();
            }
        } catch (IOException e) {
            // a reset is a hang-up too
        }
        hungUp.countDown();
    }

    private HookResponse<byte[]> call(String url, Duration limit) throws InterruptedException {
        return transport.call(BackendOperation.CHECK_MESSAGE, url, () -> REQUEST, Deadline.after(limit));
    }

    private static HookResponse.Kind failure(HookResponse<byte[]> reply) {
        assertThat(reply).isInstanceOf(HookResponse.Failed.class);
        return ((HookResponse.Failed<byte[]>) reply).kind();
    }

    private static String url(int port) {
        return "http://127.0.0.1:" + port;
    }

    private static void write(OutputStream out, String text) throws IOException {
        out.write(text.getBytes(StandardCharsets.US_ASCII));
        out.flush();
    }

    private static HttpServer server(int status, byte[] body, Set<InetSocketAddress> peers) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/check-message", exchange -> {
            peers.add(exchange.getRemoteAddress());
            exchange.getRequestBody().readAllBytes();
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        return server;
    }

    private static ServerSocket raw(Behaviour behaviour) throws IOException {
        ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.startVirtualThread(() -> {
            while (!server.isClosed()) {
                try {
                    Socket socket = server.accept();
                    Thread.startVirtualThread(() -> serve(behaviour, socket));
                } catch (IOException e) {
                    return;
                }
            }
        });
        return server;
    }

    private static void serve(Behaviour behaviour, Socket socket) {
        try (socket) {
            behaviour.serve(socket);
        } catch (IOException | InterruptedException e) {
            // the client is gone, which is what the tests are about
        }
    }
}
