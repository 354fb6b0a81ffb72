package io.mics.sdk.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;

/**
 * A real Kafka, as a process of its own on free ports of the loopback: it can be killed and started again with all it
 * had. Creates no topics by itself. Nothing is left on disk once it is closed.
 */
public final class KafkaBroker implements AutoCloseable {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);
    private static final long STEP_MILLIS = 100;

    private final int port = freePort();
    private final int controller = freePort();
    private final Map<String, Integer> ports = new LinkedHashMap<>();
    private final List<String> settings;
    private final Path folder;
    private @Nullable Process process;

    private KafkaBroker(Map<String, String> listeners, List<String> settings) throws IOException {
        listeners.keySet().forEach(name -> ports.put(name, freePort()));
        this.settings = listeners.isEmpty()
                ? settings
                : Stream.concat(listening(listeners), settings.stream()).toList();
        this.folder = Files.createTempDirectory("mics-kafka");
    }

    /** A running broker; {@code settings} are Kafka's own, as {@code key=value}. */
    public static KafkaBroker running(String... settings) {
        return running(Map.of(), settings);
    }

    /** A running broker that has more listeners than the plain one: their security protocols by their names. */
    public static KafkaBroker running(Map<String, String> listeners, String... settings) {
        try {
            KafkaBroker broker = new KafkaBroker(listeners, List.of(settings));
            broker.start();
            return broker;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Stream<String> listening(Map<String, String> listeners) {
        StringBuilder addresses = new StringBuilder("PLAINTEXT://" + bootstrapServers());
        StringBuilder protocols = new StringBuilder("PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
        listeners.forEach((name, protocol) -> {
            addresses.append(',').append(name).append("://").append(bootstrapServers(name));
            protocols.append(',').append(name).append(':').append(protocol);
        });
        return Stream.of(
                "listeners=" + addresses + ",CONTROLLER://127.0.0.1:" + controller,
                "advertised.listeners=" + addresses,
                "listener.security.protocol.map=" + protocols);
    }

    /** For clients: {@code host:port}. */
    public String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    /** For clients of a further listener: {@code host:port}. */
    public String bootstrapServers(String listener) {
        return "127.0.0.1:" + ports.get(listener);
    }

    /** Starts it, again after {@link #kill}; returns when it answers. */
    public void start() throws IOException {
        Path log = folder.resolveSibling(folder.getFileName() + ".log");
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElse("java"),
                "-Xmx384m",
                "-cp",
                System.getProperty("surefire.test.class.path", System.getProperty("java.class.path")),
                KafkaProcess.class.getName(),
                folder.toString(),
                Integer.toString(port),
                Integer.toString(controller)));
        command.addAll(settings);
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        awaitAnswer(log);
    }

    private void awaitAnswer(Path log) throws IOException {
        long end = System.nanoTime() + PATIENCE_NANOS;
        try (Admin admin = admin()) {
            while (true) {
                if (process == null || !process.isAlive() || System.nanoTime() - end > 0) {
                    throw new IOException("Kafka does not start:\n" + Files.readString(log));
                }
                try {
                    if (!admin.describeCluster()
                            .nodes()
                            .get(1, TimeUnit.SECONDS)
                            .isEmpty()) {
                        return;
                    }
                } catch (ExecutionException | TimeoutException notYet) {
                    Thread.sleep(STEP_MILLIS);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /** The id of the process that runs now. */
    public long pid() {
        Process running = process;
        if (running == null) {
            throw new IllegalStateException("not running");
        }
        return running.pid();
    }

    /** A client for topics; the caller closes it. */
    public Admin admin() {
        return Admin.create(Map.of(
                "bootstrap.servers",
                bootstrapServers(),
                "reconnect.backoff.max.ms",
                "200",
                "request.timeout.ms",
                "5000",
                "default.api.timeout.ms",
                "20000"));
    }

    /** Ends it as {@code kill -9} does; what it had acknowledged is still there after {@link #start}. */
    public void kill() {
        Process running = process;
        if (running == null) {
            return;
        }
        running.destroyForcibly();
        try {
            running.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process = null;
    }

    @Override
    public void close() {
        kill();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
            Files.deleteIfExists(folder.resolveSibling(folder.getFileName() + ".log"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
