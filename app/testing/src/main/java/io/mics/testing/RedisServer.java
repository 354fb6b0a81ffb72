package io.mics.testing;

import java.io.BufferedInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import redis.embedded.core.ExecutableProvider;

/** A real Redis on a free port of the loopback, with nothing on disk once it is closed. */
public final class RedisServer implements AutoCloseable {
    private static final Path UNPACKED = Path.of("target", "redis");

    private final int port;
    private final List<String> arguments;
    private final Path dir;
    private @Nullable Process process;
    private String login = "";

    private RedisServer(int port, List<String> arguments) throws IOException {
        this.port = port;
        this.dir = Files.createTempDirectory("mics-redis");
        this.arguments = arguments;
    }

    /** A running server; {@code options} are Redis's own, such as {@code --maxmemory}, {@code 2mb}. */
    public static RedisServer running(String... options) {
        return running(freePort(), options);
    }

    /** A running server on this port. */
    public static RedisServer running(int port, String... options) {
        try {
            RedisServer server = new RedisServer(port, List.of(options));
            server.start();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A running sentinel that alone decides over {@code master}, which it knows as "main". */
    public static RedisServer sentinelOf(RedisServer master) {
        try {
            RedisServer server = new RedisServer(freePort(), List.of("sentinel.conf", "--sentinel"));
            Files.writeString(server.dir.resolve("sentinel.conf"), """
                port %d
                bind 127.0.0.1
                sentinel monitor main 127.0.0.1 %d 1
                sentinel down-after-milliseconds main 300
                sentinel failover-timeout main 2000
                """.formatted(server.port, master.port));
            server.start();
            return server;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A port nobody listens on, its bus port ten thousand above it included. */
    public static int freePort() {
        while (true) {
            try (ServerSocket socket = new ServerSocket(0)) {
                int port = 10_000 + socket.getLocalPort() % 40_000;
                if (isFree(port) && isFree(port + 10_000)) {
                    return port;
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Starts it again after {@link #stop}, on the same port, empty. */
    public void start() throws IOException {
        List<String> command = new ArrayList<>(List.of(Binary.FILE.getAbsolutePath()));
        if (arguments.contains("--sentinel")) {
            command.addAll(arguments);
        } else {
            command.addAll(List.of("--port", Integer.toString(port), "--bind", "127.0.0.1", "--save", ""));
            command.addAll(List.of("--appendonly", "no", "--dir", dir.toString(), "--repl-diskless-sync", "yes"));
            command.addAll(arguments);
        }
        process = new ProcessBuilder(command)
                .directory(dir.toFile())
                .redirectErrorStream(true)
                .redirectOutput(dir.resolve("log").toFile())
                .start();
        try {
            Await.until("a server on " + port, this::answers);
        } catch (AssertionError e) {
            close();
            throw e;
        }
    }

    /** Unpacked once. */
    private static final class Binary {
        static final File FILE = unpack();

        private static File unpack() {
            try {
                Files.createDirectories(UNPACKED);
                return ExecutableProvider.newJarResourceProvider(UNPACKED.toFile())
                        .get();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private boolean answers() {
        try {
            return !command("PING").startsWith("-LOADING");
        } catch (UncheckedIOException e) {
            return false;
        }
    }

    /** Commands are preceded by AUTH from now on. */
    public RedisServer withPassword(String password) {
        login = password;
        return this;
    }

    /** Kills it. */
    public void stop() {
        Process running = process;
        if (running != null) {
            running.destroyForcibly();
            try {
                running.waitFor();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        process = null;
    }

    /** Its port. */
    public int port() {
        return port;
    }

    /** Where it keeps its files. */
    public Path dir() {
        return dir;
    }

    /** {@code redis://} and where it is. */
    public String uri() {
        return "redis://127.0.0.1:" + port;
    }

    /** What the server says to a command, as far as its first packet goes, in the protocol's own spelling. */
    public String command(String... words) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1_000);
            socket.setSoTimeout(10_000);
            InputStream in = new BufferedInputStream(socket.getInputStream());
            if (!login.isEmpty()) {
                say(socket, in, "AUTH", login);
            }
            return say(socket, in, words);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String say(Socket socket, InputStream in, String... words) throws IOException {
        StringBuilder text = new StringBuilder("*" + words.length + "\r\n");
        for (String word : words) {
            text.append('$').append(word.length()).append("\r\n").append(word).append("\r\n");
        }
        socket.getOutputStream().write(text.toString().getBytes(StandardCharsets.UTF_8));
        byte[] reply = new byte[1 << 16];
        int read = in.read(reply);
        return read < 0 ? "" : new String(reply, 0, read, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        stop();
        try (Stream<Path> files = Files.walk(dir)) {
            for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
