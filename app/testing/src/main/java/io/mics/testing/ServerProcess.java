package io.mics.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The server, or another main class of the tests, in a process of its own with flags of its own. */
public final class ServerProcess implements AutoCloseable {
    /** By its name: these classes stand below the server. */
    private static final String MAIN = "io.mics.Main";

    private static final Pattern READY = Pattern.compile("\"event\":\"ready\".*\"port\":(\\d+)");

    private final Process process;
    private final Path log;

    private ServerProcess(Process process, Path log) {
        this.process = process;
        this.log = log;
    }

    /** A server with these files and flags of the JVM; {@code mics} is without ports. Its log is in {@code folder}. */
    public static ServerProcess start(Path folder, String mics, String tenants, String... flags) throws IOException {
        Files.writeString(
                folder.resolve("mics.yaml"),
                "port: 0\ninternal-port: 0\nhost: 127.0.0.1\nnode-id: node-1\n" + mics + "\n");
        Files.writeString(folder.resolve("tenants.yaml"), tenants);
        return run(folder, MAIN, List.of("--config", folder.toString()), flags);
    }

    /** {@code main} with these arguments and flags. */
    public static ServerProcess run(Path folder, Class<?> main, List<String> arguments, String... flags)
            throws IOException {
        return run(folder, main.getName(), arguments, flags);
    }

    private static ServerProcess run(Path folder, String main, List<String> arguments, String... flags)
            throws IOException {
        List<String> command = new ArrayList<>();
        command.add(ProcessHandle.current().info().command().orElse("java"));
        command.addAll(List.of(flags));
        command.add("-cp");
        command.add(System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")));
        command.add(main);
        command.addAll(arguments);
        Path log = folder.resolve("server.log");
        return new ServerProcess(
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile())
                        .start(),
                log);
    }

    /** The public port, once it is ready. */
    public int port() {
        long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
        while (System.nanoTime() - deadline < 0 && process.isAlive()) {
            Matcher ready = READY.matcher(log());
            if (ready.find()) {
                return Integer.parseInt(ready.group(1));
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
        throw new AssertionError("not ready: " + log());
    }

    /** Everything it has written. */
    public String log() {
        try {
            return Files.exists(log) ? Files.readString(log) : "";
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** An HTTP answer of the public port. */
    public HttpResponse<String> get(String path) throws IOException {
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(
                    HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
                            .timeout(Duration.ofSeconds(30))
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        } catch (InterruptedException e) {
            throw new IOException(e);
        }
    }

    /** The sum of a metric's series. */
    public double metric(String name) {
        try {
            return get("/metrics")
                    .body()
                    .lines()
                    .filter(line -> line.startsWith(name + "{"))
                    .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                    .sum();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Asks it to end, by SIGTERM. */
    public void terminate() {
        process.destroy();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** Waits for its end, at most a minute; its exit code. */
    public int exitCode() throws InterruptedException {
        if (!process.waitFor(60, TimeUnit.SECONDS)) {
            throw new AssertionError("still alive: " + log());
        }
        return process.exitValue();
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
