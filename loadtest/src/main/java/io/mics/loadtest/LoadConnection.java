package io.mics.loadtest;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** One client connection of the driver: opened blocking up to its {@code connect_ack}, then read by a selector. */
final class LoadConnection implements AutoCloseable {
    private static final int PORTS_PER_ADDRESS = 20_000;
    private static final byte[] NOTHING = {};

    final SocketChannel channel;
    /** Whose messages arrive here; null for a connection that only sends. */
    @Nullable
    ClosedLoop source;
    /** Whose acks arrive here; null for a connection that only receives. */
    @Nullable
    ClosedLoop sender;
    /** The number of the next delivery: a connection sees every message of its source once, in order. */
    long next;

    byte[] partial = NOTHING;

    private LoadConnection(SocketChannel channel) {
        this.channel = channel;
    }

    /**
     * Connects one user and waits for the connect_ack.
     *
     * @param server scheme, host and port, as in {@code ws://127.0.0.1:8080}
     * @param number how many connections came before; every 20,000 use another loopback source address
     */
    static LoadConnection open(URI server, String tenant, String user, int number) throws IOException {
        SocketChannel channel = SocketChannel.open();
        if (number >= PORTS_PER_ADDRESS) {
            channel.bind(new InetSocketAddress("127.0.0." + (1 + number / PORTS_PER_ADDRESS), 0));
        }
        channel.connect(new InetSocketAddress(server.getHost(), server.getPort()));
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        String request = "GET /ws?tenantId=" + tenant + "&token=valid:" + user
                + "&deviceId=d1&catchup=sync HTTP/1.1\r\nHost: "
                + server.getHost() + ":" + server.getPort()
                + "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
        channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
        LoadConnection connection = new LoadConnection(channel);
        try {
            connection.awaitConnectAck();
        } catch (IOException | RuntimeException refused) {
            channel.close();
            throw refused;
        }
        return connection;
    }

    private void awaitConnectAck() throws IOException {
        byte[] in = new byte[4096];
        int size = 0;
        int body = -1;
        FrameHead frame = new FrameHead();
        while (body < 0 || !frame.read(in, body, size)) {
            int n = channel.read(ByteBuffer.wrap(in, size, in.length - size));
            if (n <= 0) {
                throw new EOFException("closed before connect_ack");
            }
            size += n;
            if (body < 0) {
                String head = new String(in, 0, size, StandardCharsets.ISO_8859_1);
                int end = head.indexOf("\r\n\r\n");
                if (end >= 0) {
                    if (!head.startsWith("HTTP/1.1 101 ")) {
                        throw new IOException("no upgrade: " + head.substring(0, head.indexOf("\r\n")));
                    }
                    body = end + 4;
                }
            }
        }
        if (frame.opCode != Wire.BINARY || in[frame.payload] != Wire.tag(1, Wire.BYTES)) {
            throw new IOException("not a connect_ack: " + describe(in, frame));
        }
        if (frame.end < size) {
            throw new IOException("unexpected bytes behind the connect_ack");
        }
    }

    /** What a frame that should not have come says, for an error message. */
    static String describe(byte[] in, FrameHead frame) {
        int from = frame.payload;
        if (frame.opCode == Wire.CLOSE && frame.end - from >= 2) {
            int code = ((in[from] & 0xFF) << 8) | (in[from + 1] & 0xFF);
            return "close " + code + " " + new String(in, from + 2, frame.end - from - 2, StandardCharsets.UTF_8);
        }
        return "op code " + (frame.opCode & 0xF) + ", "
                + new String(in, from, frame.end - from, StandardCharsets.ISO_8859_1).replaceAll("\\P{Print}", ".");
    }

    void register(Selector selector) throws IOException {
        channel.configureBlocking(false);
        channel.register(selector, SelectionKey.OP_READ, this);
    }

    /** Writes all bytes at once; the windows of the scenarios are far smaller than a socket buffer. */
    void write(ByteBuffer bytes) throws IOException {
        channel.write(bytes);
        if (bytes.hasRemaining()) {
            throw new IOException("socket buffer full: use a smaller window or body");
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
