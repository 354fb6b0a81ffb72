package io.mics.hook.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/** A server that reads one request of a connection after the other and answers whatever bytes a test likes. */
final class RawServer implements AutoCloseable {
    /** What is answered to one request, whose first line is given. */
    interface Answering {
        void answer(String requestLine, OutputStream out) throws IOException, InterruptedException;
    }

    private final ServerSocket server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    private final AtomicInteger connections = new AtomicInteger();
    private final Answering answering;

    RawServer(Answering answering) throws IOException {
        this.answering = answering;
        Thread.startVirtualThread(this::accept);
    }

    /** A server that answers this text to everything, then hangs up. */
    static RawServer saying(String answer) throws IOException {
        return new RawServer((line, out) -> {
            out.write(answer.getBytes(UTF_8));
            out.flush();
            throw new IOException("enough");
        });
    }

    String url() {
        return "http://127.0.0.1:" + server.getLocalPort() + "/hook";
    }

    int connections() {
        return connections.get();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                connections.incrementAndGet();
                Thread.startVirtualThread(() -> serve(socket));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream(), UTF_8));
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                int length = 0;
                for (String header = in.readLine(); header != null && !header.isEmpty(); header = in.readLine()) {
                    if (header.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                        length = Integer.parseInt(
                                header.substring("content-length:".length()).strip());
                    }
                }
                in.skip(length); // every body here is ASCII
                answering.answer(line, socket.getOutputStream());
            }
        } catch (IOException | InterruptedException e) {
            // the client is gone, which is what the tests are about
        }
    }
}
