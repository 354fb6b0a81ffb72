package io.mics.loadtest.cluster;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * One gateway as a process of its own, on ports that stay the same over restarts, its output in one file. A process
 * that is still alive when this one ends is killed.
 */
public final class GatewayProcess implements AutoCloseable {
    private static final Duration READY = Duration.ofSeconds(90);
    private static final Set<Process> ALIVE = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(() -> ALIVE.forEach(Process::destroyForcibly), "kill-gateways"));
    }

    private final Path jar;
    private final Path config;
    private final Path log;
    private final int port;
    private final String heap;
    private final Map<String, String> environment;
    private @Nullable Process process;

    /**
     * A gateway that is not started.
     *
     * @param config      the folder of its configuration
     * @param log         takes what it prints, of all its lives
     * @param heap        the most it may have, as in {@code 384m}
     * @param environment beats the configuration
     */
    public GatewayProcess(Path jar, Path config, Path log, int port, String heap, Map<String, String> environment) {
        this.jar = jar;
        this.config = config;
        this.log = log;
        this.port = port;
        this.heap = heap;
        this.environment = Map.copyOf(environment);
    }

    /** A port nobody listens on. */
    public static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int port() {
        return port;
    }

    public Path log() {
        return log;
    }

    public void start() throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        ProcessBuilder builder = new ProcessBuilder(
                        java, "-Xmx" + heap, "-jar", jar.toString(), "--config", config.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(new File(log.toString())));
        builder.environment().putAll(environment);
        builder.environment().put("PORT", Integer.toString(port));
        Process started = builder.start();
        ALIVE.add(started);
        process = started;
    }

    /** The id of the process that runs now. */
    public long pid() {
        return running().pid();
    }

    /** Waits until it says that it is ready. */
    public void awaitReady() throws IOException, InterruptedException {
        long end = System.nanoTime() + READY.toNanos();
        while (!ready()) {
            if (System.nanoTime() > end || !running().isAlive()) {
                throw new IOException("gateway not ready: " + Files.readString(log));
            }
            Thread.sleep(20);
        }
    }

    private boolean ready() {
        try {
            HttpURLConnection request = (HttpURLConnection)
                    URI.create("http://127.0.0.1:" + port + "/readyz").toURL().openConnection();
            request.setConnectTimeout(500);
            request.setReadTimeout(1000);
            return request.getResponseCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    /** kill -9. */
    public void kill() throws InterruptedException {
        Process victim = running();
        victim.destroyForcibly();
        victim.waitFor();
        ALIVE.remove(victim);
    }

    /** SIGTERM; waits until it has drained and ended, and says with which code. */
    public int terminate() throws InterruptedException, IOException {
        Process leaving = running();
        leaving.destroy();
        if (!leaving.waitFor(60, TimeUnit.SECONDS)) {
            kill();
            throw new IOException("gateway did not end within a minute after SIGTERM");
        }
        ALIVE.remove(leaving);
        return leaving.exitValue();
    }

    /** SIGSTOP: it does nothing until {@link #resume}, and nobody is told. */
    public void suspend() throws IOException, InterruptedException {
        signal("STOP", running().pid());
    }

    /** SIGCONT. */
    public void resume() throws IOException, InterruptedException {
        signal("CONT", running().pid());
    }

    /** Sends a signal that Java has no call for; a process that has ended gets none. */
    public static void signal(String signal, long pid) throws IOException, InterruptedException {
        Process kill = new ProcessBuilder("kill", "-" + signal, Long.toString(pid))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        var unused = kill.waitFor();
    }

    private Process running() {
        Process known = process;
        if (known == null) {
            throw new IllegalStateException("not started");
        }
        return known;
    }

    @Override
    public void close() {
        Process left = process;
        if (left != null) {
            left.destroyForcibly().onExit().join();
            ALIVE.remove(left);
        }
    }
}
