package io.mics.loadtest;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/** How long a server takes from the start of its process to the first 200 from {@code /readyz}. */
final class ReadyTime {
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(60);

    private ReadyTime() {}

    static void measure(Arguments arguments, Figures figures) throws IOException, InterruptedException {
        double[] millis = new double[arguments.number("runs", 5)];
        for (int i = 0; i < millis.length; i++) {
            millis[i] = once(arguments);
        }
        Arrays.sort(millis);
        figures.add("ready_ms_median", millis[millis.length / 2]);
        figures.add("ready_ms_min", millis[0]);
        figures.add("ready_ms_max", millis[millis.length - 1]);
    }

    private static double once(Arguments arguments) throws IOException, InterruptedException {
        long start = System.nanoTime();
        Process server = new ProcessBuilder(arguments.command)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            while (!ready(arguments.url())) {
                if (!server.isAlive() || System.nanoTime() - start > PATIENCE_NANOS) {
                    throw new IOException("not ready: " + String.join(" ", arguments.command));
                }
                Thread.sleep(3);
            }
            return (System.nanoTime() - start) / 1e6;
        } finally {
            server.destroy();
            if (!server.waitFor(30, TimeUnit.SECONDS)) {
                server.destroyForcibly().waitFor();
            }
        }
    }

    /** Whether {@code /readyz} answers 200 now. */
    static boolean ready(URI server) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(server.getHost(), server.getPort()), 1000);
            socket.setSoTimeout(1000);
            socket.getOutputStream()
                    .write(("GET /readyz HTTP/1.1\r\nHost: " + server.getAuthority() + "\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            byte[] status = socket.getInputStream().readNBytes(12);
            return new String(status, StandardCharsets.US_ASCII).equals("HTTP/1.1 200");
        } catch (IOException notYet) {
            return false;
        }
    }
}
