package io.mics.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** A server that speaks HTTP by hand: it reads requests properly and sends whatever bytes a test wrote. */
public final class HandWrittenHttp implements AutoCloseable {
    /** The loopback address of either family. */
    public static final InetAddress IPV4 = address(127, 0, 0, 1);

    public static final InetAddress IPV6 = address(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1);

    /** What is done with one connection; when it returns, the connection is closed. */
    public interface Script {
        void serve(Connection connection) throws IOException, InterruptedException;
    }

    /** A request as it came; names of header fields are in lower case. */
    @SuppressWarnings("ArrayRecordComponent") // handed straight to a parser, never compared
    public record Request(String line, Map<String, String> headers, byte[] body) {
        /** The path and query. */
        public String target() {
            return line.split(" ", -1)[1];
        }
    }

    /** One connection. */
    public static final class Connection {
        private final Socket socket;
        private final InputStream in;
        private final OutputStream out;
        private final int number;

        private Connection(Socket socket, int number) throws IOException {
            this.socket = socket;
            this.in = socket.getInputStream();
            this.out = socket.getOutputStream();
            this.number = number;
        }

        /** Its place among the server's connections, from 1. */
        public int number() {
            return number;
        }

        /** Reads the next request, which must come. */
        public void expect() throws IOException {
            if (next().isEmpty()) {
                throw new EOFException("the client has hung up");
            }
        }

        /** The next request; nothing once the client has hung up. */
        public Optional<Request> next() throws IOException {
            String line = line();
            if (line.isEmpty()) {
                return Optional.empty();
            }
            Map<String, String> headers = new HashMap<>();
            for (String field = line(); !field.isEmpty(); field = line()) {
                int colon = field.indexOf(':');
                headers.put(
                        field.substring(0, colon).toLowerCase(Locale.ROOT),
                        field.substring(colon + 1).strip());
            }
            int length = Integer.parseInt(headers.getOrDefault("content-length", "0"));
            return Optional.of(new Request(line, headers, in.readNBytes(length)));
        }

        private String line() throws IOException {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            for (int c = in.read(); c >= 0 && c != '\n'; c = in.read()) {
                line.write(c);
            }
            return line.toString(ISO_8859_1).stripTrailing();
        }

        /** Sends a text, then bytes, in one write. */
        public void send(String text, byte[] bytes) throws IOException {
            byte[] head = text.getBytes(ISO_8859_1);
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            all.write(head);
            all.write(bytes);
            out.write(all.toByteArray());
            out.flush();
        }

        /** Sends a text. */
        public void send(String text) throws IOException {
            send(text, new byte[0]);
        }

        /** Returns when a byte came, of a request or of anything else. */
        public void awaitByte() throws IOException {
            if (in.read() < 0) {
                throw new EOFException("the client has hung up");
            }
        }

        /** Returns when the client has hung up. */
        public void awaitHangUp() throws IOException {
            while (in.read() >= 0) {
                Thread.onSpinWait();
            }
        }

        /** Ends the connection with a reset, as a process that dies does. */
        public void reset() throws IOException {
            socket.setSoLinger(true, 0);
            socket.close();
        }
    }

    private final ServerSocket server;
    private final AtomicInteger connections = new AtomicInteger();
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private final Script script;

    private HandWrittenHttp(ServerSocket server, Script script) {
        this.server = server;
        this.script = script;
        Thread.startVirtualThread(this::accept);
    }

    private static InetAddress address(int... bytes) {
        byte[] raw = new byte[bytes.length];
        for (int i = 0; i < raw.length; i++) {
            raw[i] = (byte) bytes[i];
        }
        try {
            return InetAddress.getByAddress(raw);
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A server on a free port of 127.0.0.1. */
    public static HandWrittenHttp start(Script script) throws IOException {
        return start(IPV4, 1_024, script);
    }

    /** A server on a free port of an address, with room for so many connections that wait to be accepted. */
    public static HandWrittenHttp start(InetAddress address, int backlog, Script script) throws IOException {
        return new HandWrittenHttp(new ServerSocket(0, backlog, address), script);
    }

    /** Where it is, without a path. */
    public String url() {
        return "http://127.0.0.1:" + port();
    }

    public int port() {
        return server.getLocalPort();
    }

    /** The connections accepted so far. */
    public int connections() {
        return connections.get();
    }

    /** The connections that are open. */
    public int open() {
        return open.size();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                open.add(socket);
                int number = connections.incrementAndGet();
                Thread.startVirtualThread(() -> serve(socket, number));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(Socket socket, int number) {
        try (socket) {
            socket.setTcpNoDelay(true);
            script.serve(new Connection(socket, number));
        } catch (IOException | InterruptedException e) {
            // the client is gone, which is what the tests are about
        } finally {
            open.remove(socket);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : open) {
            socket.close();
        }
    }
}
