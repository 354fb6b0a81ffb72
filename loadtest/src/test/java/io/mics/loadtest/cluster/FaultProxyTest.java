package io.mics.loadtest.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class FaultProxyTest {
    private ServerSocket echo;
    private FaultProxy proxy;

    @BeforeEach
    void startEcho() throws IOException {
        echo = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.startVirtualThread(() -> {
            while (!echo.isClosed()) {
                try {
                    Socket socket = echo.accept();
                    Thread.startVirtualThread(() -> echo(socket));
                } catch (IOException e) {
                    return;
                }
            }
        });
        proxy = FaultProxy.to(echo.getLocalPort());
    }

    private static void echo(Socket socket) {
        try (socket) {
            socket.getInputStream().transferTo(socket.getOutputStream());
        } catch (IOException e) {
            // reset by a test
        }
    }

    @AfterEach
    void stop() throws IOException {
        proxy.close();
        echo.close();
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
        socket.setSoTimeout(5000);
        return socket;
    }

    private static void say(Socket socket, int... bytes) throws IOException {
        for (int b : bytes) {
            socket.getOutputStream().write(b);
        }
    }

    @Test
    void handsOnWhatIsSaidInOrderAndTheEndOfIt() throws IOException {
        byte[] much = new byte[3_000_000];
        for (int i = 0; i < much.length; i++) {
            much[i] = (byte) ((i * 31) >> 3);
        }
        try (Socket socket = connect()) {
            Thread.startVirtualThread(() -> {
                try {
                    socket.getOutputStream().write(much);
                    socket.shutdownOutput();
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            });
            assertThat(socket.getInputStream().readAllBytes()).isEqualTo(much);
        }
    }

    @Test
    void delaysEveryByteWithoutHoldingUpTheNext() throws IOException {
        try (Socket socket = connect()) {
            proxy.delay(Duration.ofMillis(150));
            long start = System.nanoTime();
            for (int i = 0; i < 20; i++) {
                say(socket, i);
            }
            for (int i = 0; i < 20; i++) {
                assertThat(socket.getInputStream().read()).isEqualTo(i);
            }
            long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start);
            assertThat(millis).as("there and back").isBetween(300L, 1500L);
        }
    }

    @Test
    void losesNothingWhileItIsSilent() throws IOException {
        try (Socket socket = connect()) {
            say(socket, 1);
            assertThat(socket.getInputStream().read()).isEqualTo(1);
            proxy.silence();
            say(socket, 2);
            socket.setSoTimeout(300);
            assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
            proxy.restore();
            socket.setSoTimeout(5000);
            assertThat(socket.getInputStream().read()).isEqualTo(2);
        }
    }

    @Test
    void cutsWhatThereIsAndWhatComesUntilItIsRestored() throws IOException {
        try (Socket socket = connect()) {
            say(socket, 1);
            assertThat(socket.getInputStream().read()).isEqualTo(1);
            proxy.cut();
            assertThatThrownBy(() -> {
                        int next = socket.getInputStream().read();
                        assertThat(next).isNotEqualTo(-1);
                    })
                    .isInstanceOf(IOException.class);
        }
        assertThatThrownBy(() -> {
                    try (Socket refused = connect()) {
                        say(refused, 1);
                        assertThat(refused.getInputStream().read()).isNotEqualTo(-1);
                    }
                })
                .isInstanceOf(IOException.class);
        proxy.restore();
        try (Socket again = connect()) {
            say(again, 3);
            assertThat(again.getInputStream().read()).isEqualTo(3);
        }
    }

    @Test
    void countsAWatchedTextAlsoWhereAReadSplitsIt() throws IOException {
        try (FaultProxy watching = FaultProxy.watching("#secret", echo.getLocalPort());
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), watching.port())) {
            for (String part : new String[] {"a ##sec", "ret #secre", "x #secret"}) {
                socket.getOutputStream().write(part.getBytes(StandardCharsets.US_ASCII));
                socket.getInputStream().readNBytes(part.length());
            }
            assertThat(watching.sightings()).as("two, there and back").isEqualTo(4);
        }
    }

    @Test
    void keepsItsPortWhileNobodyAnswersBehindIt() throws IOException {
        int port = echo.getLocalPort();
        echo.close();
        assertThatThrownBy(() -> {
                    try (Socket refused = connect()) {
                        say(refused, 1);
                        assertThat(refused.getInputStream().read()).isNotEqualTo(-1);
                    }
                })
                .isInstanceOf(IOException.class);
        echo = new ServerSocket(port, 50, InetAddress.getLoopbackAddress());
        Thread.startVirtualThread(() -> {
            try {
                echo(echo.accept());
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        try (Socket again = connect()) {
            say(again, 4);
            assertThat(again.getInputStream().read()).isEqualTo(4);
        }
    }
}
