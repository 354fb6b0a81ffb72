package io.mics.testing;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * A real PostgreSQL on a free port of the loopback, every commit on the disk: it can be killed and started again with
 * all it had. Nothing is left on disk once it is closed, or once the process has ended that started it.
 */
public final class PostgresServer implements AutoCloseable {
    private static final File UNPACKED = new File("target", "postgres");
    private static final AtomicInteger DATABASES = new AtomicInteger();

    private final Path data;
    private final int port;
    /** Whether its folder goes when this process ends; one that is started again keeps it until it is closed. */
    private final boolean untilTheEnd;

    private EmbeddedPostgres running;

    private PostgresServer(boolean untilTheEnd) throws IOException {
        this.untilTheEnd = untilTheEnd;
        data = Files.createTempDirectory("mics-postgres");
        port = RedisServer.freePort();
        running = launch();
    }

    /** One for all tests of this process. */
    private static final class Shared {
        static final PostgresServer SERVER = create(true);
    }

    /** The one of this process, which ends with it; it is not closed and not killed. */
    public static PostgresServer shared() {
        return Shared.SERVER;
    }

    /** A server of one's own. */
    public static PostgresServer running() {
        return create(false);
    }

    private static PostgresServer create(boolean untilTheEnd) {
        try {
            return new PostgresServer(untilTheEnd);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private EmbeddedPostgres launch() throws IOException {
        return EmbeddedPostgres.builder()
                .setOverrideWorkingDirectory(UNPACKED)
                .setDataDirectory(data)
                .setCleanDataDirectory(untilTheEnd)
                .setPort(port)
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("shared_buffers", "64MB")
                .setPGStartupWait(Await.PATIENCE)
                .start();
    }

    /** A new, empty database: its JDBC address, with a login. */
    public String newDatabase() {
        String name = "test_" + DATABASES.incrementAndGet();
        execute("postgres", "CREATE DATABASE " + name);
        return url(name);
    }

    private String url(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database + "?user=postgres";
    }

    /** Runs a statement in a database, as its owner. */
    public void execute(String database, String sql) {
        try (Connection connection = running.getDatabase("postgres", database).getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Kills all its processes at once, as a machine does that loses its power. */
    public void kill() throws IOException {
        String pid = Files.readAllLines(data.resolve("postmaster.pid")).getFirst();
        ProcessHandle postmaster = ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
        List<ProcessHandle> all =
                Stream.concat(Stream.of(postmaster), postmaster.descendants()).toList();
        all.forEach(ProcessHandle::destroyForcibly);
        Await.until("the end of PostgreSQL", () -> all.stream().noneMatch(ProcessHandle::isAlive));
        running.close(); // releases its folder, and finds nothing to stop
    }

    /** Starts it again after {@link #kill}, on the same port, with what it had. */
    public void start() throws IOException {
        running = launch();
    }

    public int port() {
        return port;
    }

    @Override
    public void close() {
        try {
            running.close();
            try (Stream<Path> files = Files.exists(data) ? Files.walk(data) : Stream.empty()) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
