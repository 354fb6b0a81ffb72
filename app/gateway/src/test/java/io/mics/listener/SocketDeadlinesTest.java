package io.mics.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.helidon.webserver.http.HttpRouting;
import io.mics.observe.Metrics;
import io.mics.testing.gateway.TestPorts;
import io.mics.timer.TimingWheel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SocketDeadlinesTest {
    private static final Duration SHORT = Duration.ofMillis(400);
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final int TIMEOUT_MS = 30_000;

    private final TimingWheel wheel = TimingWheel.start(Duration.ofMillis(20));
    private final CountDownLatch asked = new CountDownLatch(1);
    private final CountDownLatch answering = new CountDownLatch(1);
    private final Semaphore held = new Semaphore(0);
    private final List<AutoCloseable> open = new ArrayList<>();

    private Listener listen(int connections, Duration head, Duration idle, Duration exchange) {
        Metrics metrics = new Metrics();
        Timer timer = (watched, delay) -> wheel.schedule(watched::look, delay)::cancel;
        PortContext portContext = new PortContext(
                timer, AddressLimits.start(() -> AddressSettings.NONE, metrics, timer), metrics, lost -> {});
        HttpRouting.Builder routing = HttpRouting.builder()
                .any("/echo", (request, response) -> {
                    if (request.content().hasEntity()) {
                        request.content().as(byte[].class);
                    }
                    response.send("done");
                })
                .any("/held", (request, response) -> {
                    asked.countDown();
                    held.release();
                    answering.await();
                    response.send("late");
                });
        Listener listener = Listener.open(
                TestPorts.http("test", new ListenSettings.Bounds(connections, head, idle, exchange, 1 << 20)),
                Protocol.http1(routing),
                portContext);
        open.add(listener);
        return listener;
    }

    private Socket connect(Listener listener, String said) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), listener.port());
        open.add(socket);
        socket.setSoTimeout(TIMEOUT_MS);
        socket.getOutputStream().write(said.getBytes(StandardCharsets.ISO_8859_1));
        return socket;
    }

    /** Reads to the end; a reset is one, too. */
    private static boolean ends(Socket socket) {
        try {
            socket.getInputStream().readAllBytes();
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    @AfterEach
    void stop() throws Exception {
        answering.countDown();
        for (AutoCloseable closing : open) {
            closing.close();
        }
        wheel.close();
    }

    @Test
    void aSocketThatSaysNothingOrHalfAHeadIsClosed() throws IOException {
        Listener listener = listen(100, SHORT, LONG, LONG);
        assertThat(ends(connect(listener, ""))).isTrue();
        assertThat(ends(connect(listener, "GET /echo HTTP/1.1\r\nHo"))).isTrue();
    }

    @Test
    void aBodyThatStallsOrDripsIsClosedWithItsExchange() throws Exception {
        Listener listener = listen(100, LONG, LONG, SHORT);
        assertThat(ends(connect(listener, "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf")))
                .isTrue();
        Socket dripping = connect(listener, "POST /echo HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
        Thread drip = Thread.ofVirtual().start(() -> {
            try {
                while (true) {
                    dripping.getOutputStream().write("1\r\nx\r\n".getBytes(StandardCharsets.ISO_8859_1));
                    Thread.sleep(20);
                }
            } catch (IOException | InterruptedException e) {
                // the server has closed
            }
        });
        assertThat(ends(dripping)).isTrue();
        drip.interrupt();
        drip.join();
    }

    @Test
    void anAnswerThatNeverComesEndsWithItsExchange() throws IOException {
        assertThat(ends(connect(listen(100, LONG, LONG, SHORT), "GET /held HTTP/1.1\r\nHost: x\r\n\r\n")))
                .isTrue();
    }

    @Test
    void anIdleConnectionIsClosedAndEachLaterHeadHasADeadlineOfItsOwn() throws IOException {
        String request = "POST /echo HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n";
        assertThat(ends(connect(listen(100, LONG, SHORT, LONG), request))).isTrue();
        assertThat(ends(connect(listen(100, SHORT, LONG, LONG), request + "GET /echo HTTP/1.1\r\nHo")))
                .isTrue();
    }

    @Test
    void atTheBoundTheOldestSilentSocketIsClosedAndABusyOneIsNot() throws Exception {
        Listener listener = listen(3, LONG, LONG, LONG);
        Socket busy = connect(listener, "GET /held HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(asked.await(TIMEOUT_MS, TimeUnit.MILLISECONDS)).isTrue();
        Socket first = connect(listener, "");
        Socket second = connect(listener, "");
        Socket newest = connect(listener, "POST /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        assertThat(ends(first)).isTrue();
        assertThat(new String(newest.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1))
                .startsWith("HTTP/1.1 200 ");
        second.setSoTimeout(200);
        assertThat(ends(second)).isFalse();
        answering.countDown();
        byte[] head = busy.getInputStream().readNBytes(12);
        assertThat(new String(head, StandardCharsets.ISO_8859_1)).isEqualTo("HTTP/1.1 200");
    }

    @Test
    void socketsThatSpeakAfterTheyWereAcceptedDoNotLetMoreInThanTheBound() throws Exception {
        int most = 3;
        Listener listener = listen(most, LONG, LONG, LONG);
        List<Socket> busy = new ArrayList<>();
        for (int i = 0; i < most; i++) {
            busy.add(connect(listener, "GET /held HTTP/1.1\r\nHost: x\r\n\r\n"));
            assertThat(held.tryAcquire(TIMEOUT_MS, TimeUnit.MILLISECONDS)).isTrue();
        }
        Socket beyond = connect(listener, "GET /held HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        assertThat(held.tryAcquire(200, TimeUnit.MILLISECONDS)).isFalse();
        assertThat(listener.connections()).isEqualTo(most);
        answering.countDown();
        busy.getFirst().close();
        assertThat(new String(beyond.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1))
                .startsWith("HTTP/1.1 200 ");
    }

    @Test
    void aListeningSocketThatIsGoneIsBoundAgain() throws Exception {
        Listener listener = listen(100, LONG, LONG, LONG);
        listener.closeServer();
        Socket socket = null;
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (socket == null) {
            try {
                socket = connect(listener, "POST /echo HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            } catch (IOException e) {
                assertThat(System.nanoTime()).as("time").isLessThan(end);
                Thread.onSpinWait();
            }
        }
        assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1))
                .startsWith("HTTP/1.1 200 ");
        assertThat(listener.notListening()).isEmpty();
    }
}
