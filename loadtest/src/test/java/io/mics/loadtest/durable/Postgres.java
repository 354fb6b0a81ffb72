package io.mics.loadtest.durable;

import io.mics.loadtest.cluster.GatewayProcess;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A real PostgreSQL of this run alone, on a free port of the loopback, every commit on the disk; it can be killed,
 * started again with all it had, stopped and continued. Its programs are unpacked into {@code target/postgres} of the
 * working directory.
 */
public final class Postgres implements AutoCloseable {
    private static final File UNPACKED = new File("target", "postgres");
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path data;
    private final int port = GatewayProcess.freePort();
    private EmbeddedPostgres running;

    /** One whose data is in a folder that does not exist yet. */
    public Postgres(Path data) throws IOException {
        this.data = Files.createDirectories(data);
        running = launch();
    }

    private EmbeddedPostgres launch() throws IOException {
        return EmbeddedPostgres.builder()
                .setOverrideWorkingDirectory(UNPACKED)
                .setDataDirectory(data)
                .setCleanDataDirectory(false)
                .setPort(port)
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("shared_buffers", "128MB")
                .setServerConfig("max_connections", "100")
                .setPGStartupWait(PATIENCE)
                .start();
    }

    /** Its JDBC address, with the login. */
    public String url() {
        return "jdbc:postgresql://127.0.0.1:" + port + "/postgres?user=postgres";
    }

    private List<ProcessHandle> processes() throws IOException {
        String pid = Files.readAllLines(data.resolve("postmaster.pid")).getFirst();
        return ProcessHandle.of(Long.parseLong(pid)).stream()
                .flatMap(postmaster -> Stream.concat(Stream.of(postmaster), postmaster.descendants()))
                .toList();
    }

    /** CPU seconds that its processes of now have used, those that ended not counted. */
    public double cpuSeconds() throws IOException {
        return processes().stream()
                        .flatMap(process -> process.info().totalCpuDuration().stream())
                        .mapToLong(Duration::toMillis)
                        .sum()
                / 1000.0;
    }

    /** kill -9 of all its processes at once, as when a machine loses its power. */
    void kill() throws IOException, InterruptedException {
        List<ProcessHandle> all = processes();
        all.forEach(ProcessHandle::destroyForcibly);
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (all.stream().anyMatch(ProcessHandle::isAlive)) {
            if (System.nanoTime() > end) {
                throw new IOException("PostgreSQL does not end");
            }
            TimeUnit.MILLISECONDS.sleep(10);
        }
        running.close(); // releases its folder, and finds nothing to stop
    }

    /** Starts it after {@link #kill}, on the same port, with what it had. */
    void start() throws IOException {
        running = launch();
    }

    /** SIGSTOP for all its processes. */
    void suspend() throws IOException, InterruptedException {
        for (ProcessHandle process : processes()) {
            GatewayProcess.signal("STOP", process.pid());
        }
    }

    /** SIGCONT for all its processes. */
    void resume() throws IOException, InterruptedException {
        for (ProcessHandle process : processes()) {
            GatewayProcess.signal("CONT", process.pid());
        }
    }

    @Override
    public void close() throws IOException {
        running.close();
    }
}
