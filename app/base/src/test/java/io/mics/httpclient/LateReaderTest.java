package io.mics.httpclient;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mics.concurrent.Deadline;
import io.mics.testing.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.ClosedChannelException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Deadlines as the watchdog sees them, whose own thread has nothing to do here: the call's is an hour away. */
@Timeout(60)
class LateReaderTest {
    private static final long FAR = System.nanoTime() + Duration.ofDays(1).toNanos();

    private final DeadlineWatchdog watchdog = new DeadlineWatchdog(() -> {});
    private final Deadline deadline = Deadline.after(Duration.ofHours(1));
    private final ServerSocket server;
    private final Connection connection;
    private final Socket backend;

    LateReaderTest() throws IOException {
        server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        connection =
                Connection.connect(server.getInetAddress(), server.getLocalPort(), AddressRule.ANY, deadline, watchdog);
        backend = server.accept();
    }

    @BeforeEach
    void aCallIsInFlight() {
        connection.begin(deadline);
    }

    @AfterEach
    void stop() throws IOException {
        connection.close();
        backend.close();
        server.close();
        watchdog.close();
    }

    @Test
    void aCallWithoutAnAnswerIsEndedAtItsDeadline() {
        assertThat(connection.look(deadline.atNanos() - 1, FAR)).isEqualTo(deadline.atNanos());
        assertThat(connection.look(deadline.atNanos(), FAR)).isEqualTo(FAR);
        assertThat(connection.isQuiet()).as("still open").isFalse();
    }

    @Test
    void anAnswerThatIsThereAtTheDeadlineIsStillRead() throws Exception {
        backend.getOutputStream().write('H');
        awaitBytes();
        assertThat(connection.look(deadline.atNanos(), FAR)).isEqualTo(deadline.atNanos() + Connection.LATE_NANOS);
        connection.in().expectHead();
        assertThat(connection.in().read()).isEqualTo('H');
    }

    @Test
    void aBackendThatDripsHasNoMoreThanThat() throws Exception {
        backend.getOutputStream().write('H');
        awaitBytes();
        assertThat(connection.look(deadline.atNanos(), FAR)).isNotEqualTo(FAR);
        assertThat(connection.look(deadline.atNanos() + Connection.LATE_NANOS, FAR))
                .isEqualTo(FAR);
        assertThat(connection.hasBytesAtHand()).as("still open").isFalse();
    }

    @Test
    void nobodyConnectsOnceNobodyWouldEndTheCall() {
        watchdog.close();
        assertThatThrownBy(() -> Connection.connect(
                        server.getInetAddress(), server.getLocalPort(), AddressRule.ANY, deadline, watchdog))
                .isInstanceOf(ClosedChannelException.class);
    }

    /** The connection's end of the socket gets what was written before. */
    private void awaitBytes() throws Exception {
        Await.until("the bytes are there", connection::hasBytesAtHand);
    }
}
