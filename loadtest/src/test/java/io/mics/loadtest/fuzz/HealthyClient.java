package io.mics.loadtest.fuzz;

import com.google.protobuf.ByteString;
import io.mics.proto.message.v1.AckStatus;
import io.mics.proto.message.v1.ClientFrame;
import io.mics.proto.message.v1.MessageDelivery;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.proto.message.v1.ServerFrame;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Writes to itself on one connection, one message in flight: each must be acknowledged as sent and come back once, in
 * order, on this connection. Anything else is a violation, which ends it.
 */
final class HealthyClient implements Runnable, AutoCloseable {
    private static final int PATIENCE_MILLIS = 30_000;
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private final Socket socket;
    private final DataInputStream in;
    private final long[] latencies = new long[1_000_000];
    private volatile boolean stopping;
    private volatile int done;
    private volatile @Nullable String violation;

    HealthyClient(int port) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(PATIENCE_MILLIS);
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
        socket.getOutputStream()
                .write(("GET /ws?tenantId=playground&deviceId=healthy&token=valid:healthy HTTP/1.1\r\nHost: 127.0.0.1:"
                                + port
                                + "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        StringBuilder head = new StringBuilder();
        while (!head.toString().endsWith("\r\n\r\n")) {
            head.append((char) in.readUnsignedByte());
        }
        if (!head.toString().startsWith("HTTP/1.1 101") || !read().hasConnectAck()) {
            throw new IOException("no connection: " + head);
        }
    }

    @Override
    public void run() {
        try {
            for (int next = 0; !stopping && next < latencies.length; next++) {
                long start = System.nanoTime();
                exchange("h" + next);
                latencies[next] = System.nanoTime() - start;
                done = next + 1;
                TimeUnit.NANOSECONDS.sleep(PAUSE_NANOS);
            }
        } catch (IOException | InterruptedException e) {
            violation = "after " + done + " messages: " + e;
        }
    }

    private void exchange(String id) throws IOException {
        write(ClientFrame.newBuilder()
                .setMessage(MessageRequest.newBuilder()
                        .setMsgId(id)
                        .setToUserId("healthy")
                        .setMsgBody(ByteString.copyFromUtf8(id)))
                .build()
                .toByteArray());
        boolean acked = false;
        boolean delivered = false;
        while (!acked || !delivered) {
            ServerFrame frame = read();
            if (frame.hasAck() && !acked) {
                acked = frame.getAck().getStatus() == AckStatus.SENT
                        && frame.getAck().getMsgId().equals(id);
                require(acked, frame);
            } else if (frame.hasDelivery() && !delivered) {
                MessageDelivery delivery = frame.getDelivery();
                delivered = delivery.getMessage().getMsgId().equals(id)
                        && delivery.getMessage().getMsgBody().toStringUtf8().equals(id);
                require(delivered, frame);
            } else {
                require(false, frame);
            }
        }
    }

    private static void require(boolean right, ServerFrame frame) throws IOException {
        if (!right) {
            throw new IOException("unexpected " + frame);
        }
    }

    private ServerFrame read() throws IOException {
        while (true) {
            int opCode = in.readUnsignedByte() & 0xF;
            int length = in.readUnsignedByte();
            byte[] payload = new byte[length == 126 ? in.readUnsignedShort() : length];
            in.readFully(payload);
            switch (opCode) {
                // binary, close, ping
                case 2 -> {
                    return ServerFrame.parseFrom(payload);
                }
                case 8 ->
                    throw new IOException("closed " + (ByteBuffer.wrap(payload).getShort() & 0xFFFF));
                case 9 -> send(0x8A, payload);
                default -> throw new IOException("op code " + opCode);
            }
        }
    }

    private void write(byte[] payload) throws IOException {
        send(0x82, payload);
    }

    private void send(int first, byte[] payload) throws IOException {
        byte[] frame = new byte[6 + payload.length]; // under 126 bytes, masked with zeros
        frame[0] = (byte) first;
        frame[1] = (byte) (0x80 | payload.length);
        System.arraycopy(payload, 0, frame, 6, payload.length);
        socket.getOutputStream().write(frame);
    }

    /** Ends after the message in flight. */
    void stop() {
        stopping = true;
    }

    /** How many messages were acknowledged and came back. */
    int done() {
        return done;
    }

    /** What went wrong; null when nothing did. */
    @Nullable
    String violation() {
        return violation;
    }

    /** Milliseconds from sending to ack and delivery that this share of the messages did not exceed. */
    double latency(double share) {
        long[] sorted = Arrays.copyOf(latencies, done);
        Arrays.sort(sorted);
        return sorted.length == 0 ? 0 : sorted[(int) ((sorted.length - 1) * share)] / 1e6;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
