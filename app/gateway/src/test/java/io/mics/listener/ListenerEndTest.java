package io.mics.listener;

import static org.assertj.core.api.Assertions.assertThat;

import io.helidon.webserver.http.HttpRouting;
import io.mics.observe.Metrics;
import io.mics.testing.Await;
import io.mics.testing.gateway.TestPorts;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What is left of a port that is closed or interrupted at an awkward moment: nothing, or all of it. */
@Timeout(120)
@Execution(ExecutionMode.CONCURRENT)
class ListenerEndTest {
    private static final int TIMEOUT_MS = 30_000;
    private static final int ROUNDS = 300;

    private static Listener listen(String name, Supplier<AddressSettings> settings) {
        Metrics metrics = new Metrics();
        Timer timer = (watched, delay) -> () -> {};
        return Listener.open(
                TestPorts.http(name),
                Protocol.http1(HttpRouting.builder().get("/", (request, response) -> response.send("done"))),
                new PortContext(timer, AddressLimits.start(settings, metrics, timer), metrics, lost -> {}));
    }

    private static boolean isServed(Listener listener) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), listener.port())) {
            // the platform loses a socket whose acceptor is interrupted just when it comes
            socket.setSoTimeout(1_000);
            socket.getOutputStream()
                    .write("GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII)
                    .startsWith("HTTP/1.1 200 ");
        } catch (IOException e) {
            return false;
        }
    }

    @Test
    void anAcceptorGoesOnAcceptingWheneverItIsInterrupted() {
        try (Listener listener = listen("interrupted", () -> AddressSettings.NONE)) {
            Thread acceptor = Thread.getAllStackTraces().keySet().stream()
                    .filter(thread -> thread.getName().equals("listener-interrupted"))
                    .findFirst()
                    .orElseThrow();
            for (int round = 0; round < 10; round++) {
                Await.until("its port is served", () -> isServed(listener));
                acceptor.interrupt();
            }
            Await.until("its port is served again", () -> isServed(listener));
            assertThat(listener.notListening()).isEmpty();
        }
    }

    @Test
    void aPortThatIsClosedWhileItIsBoundAgainIsFree() throws IOException {
        for (int i = 0; i < ROUNDS; i++) {
            Listener listener = listen("rebound", () -> AddressSettings.NONE);
            listener.closeServer();
            LockSupport.parkNanos(i * 2_000L);
            listener.close();
            try (Socket socket = new Socket()) {
                assertThat(isAccepted(socket, listener.port()))
                        .as("round %d", i)
                        .isFalse();
            }
        }
    }

    private static boolean isAccepted(Socket socket, int port) {
        try {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MS);
            // the system may have taken that port for this end, too
            return socket.getLocalPort() != port;
        } catch (IOException refused) {
            return false;
        }
    }

    @Test
    void aSocketThatIsBeingAcceptedWhileThePortClosesIsClosed() throws Exception {
        CountDownLatch accepting = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        Listener listener = listen("closing", () -> {
            accepting.countDown();
            awaitWhateverInterrupts(goOn);
            return AddressSettings.NONE;
        });
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), listener.port())) {
            socket.setSoTimeout(TIMEOUT_MS);
            accepting.await();
            Thread closing = Thread.ofPlatform().start(listener::close);
            while (closing.getState() != Thread.State.TIMED_WAITING) {
                Thread.onSpinWait();
            }
            goOn.countDown();
            closing.join();
            assertThat(listener.connections()).isZero();
            assertThat(hasEnded(socket)).isTrue();
        }
    }

    private static void awaitWhateverInterrupts(CountDownLatch latch) {
        boolean interrupted = false;
        while (latch.getCount() > 0) {
            try {
                latch.await();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private static boolean hasEnded(Socket socket) {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException e) {
            return false;
        } catch (IOException reset) {
            return true;
        }
    }
}
