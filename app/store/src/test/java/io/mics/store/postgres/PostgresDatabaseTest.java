package io.mics.store.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.store.DatabaseAddress;
import io.mics.store.sql.Parameters;
import io.mics.testing.Await;
import io.mics.testing.PostgresServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Tag("engine")
@Timeout(120)
class PostgresDatabaseTest {
    /** Passes connections on, and cuts the first one that asks for the isolation of its transactions. */
    private static final class Cutting implements AutoCloseable {
        final AtomicBoolean cut = new AtomicBoolean();
        private final ServerSocket accepting;
        private final int target;

        Cutting(int target) throws IOException {
            this.target = target;
            this.accepting = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
            Thread unused = Thread.ofVirtual().start(this::accept);
        }

        private void accept() {
            try {
                while (true) {
                    Socket client = accepting.accept();
                    Socket server = new Socket(InetAddress.getLoopbackAddress(), target);
                    Thread there = Thread.ofVirtual().start(() -> pump(client, server, true));
                    Thread back = Thread.ofVirtual().start(() -> pump(server, client, false));
                    assertThat(there).isNotSameAs(back);
                }
            } catch (IOException e) {
                assertThat(accepting.isClosed()).isTrue();
            }
        }

        private void pump(Socket from, Socket to, boolean looks) {
            byte[] bytes = new byte[8_192];
            try (from;
                    to) {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                for (int read = in.read(bytes); read >= 0; read = in.read(bytes)) {
                    String text = new String(bytes, 0, read, StandardCharsets.ISO_8859_1);
                    if (looks && text.contains("ISOLATION LEVEL") && cut.compareAndSet(false, true)) {
                        return;
                    }
                    out.write(bytes, 0, read);
                }
            } catch (IOException e) {
                assertThat(from.isClosed()).isTrue();
            }
        }

        @Override
        public void close() throws IOException {
            accepting.close();
        }
    }

    private static boolean serves(PostgresDatabase database) {
        try {
            return database.read(c -> Parameters.first(c, "SELECT 1", row -> row.getInt(1)))
                    .isPresent();
        } catch (SQLException e) {
            return false;
        }
    }

    @Test
    void aPoolWhoseFirstConnectionWasCutServesAsSoonAsThereIsAnother() throws IOException {
        PostgresServer server = PostgresServer.shared();
        String url = server.newDatabase();
        try (Cutting between = new Cutting(server.port())) {
            String through = url.replace(":" + server.port() + "/", ":" + between.accepting.getLocalPort() + "/");
            DatabaseAddress address = DatabaseAddress.parse(through).orElseThrow();
            try (PostgresDatabase database = PostgresDatabase.forWriters(address, 1)) {
                Await.until("the first is cut", () -> between.cut.get() || serves(database));
                assertThat(between.cut).isTrue();
                Await.until("it serves", () -> serves(database));
            }
        }
    }
}
