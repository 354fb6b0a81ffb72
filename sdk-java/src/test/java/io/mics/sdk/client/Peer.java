package io.mics.sdk.client;

import com.google.protobuf.ByteString;
import io.mics.proto.message.v1.AckStatus;
import io.mics.proto.message.v1.ClientFrame;
import io.mics.proto.message.v1.HeartbeatPing;
import io.mics.proto.message.v1.MessageAck;
import io.mics.proto.message.v1.MessageDelivery;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.proto.message.v1.ServerFrame;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The gateway's end of one connection: RFC 6455 as far as a well-behaved client needs it. */
final class Peer {
    private static final String RFC_6455 = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
    private final Socket socket;
    private final DataInputStream in;
    private final BlockingQueue<MessageRequest> messages = new LinkedBlockingQueue<>();
    private final BlockingQueue<HeartbeatPing> pings = new LinkedBlockingQueue<>();
    private final BlockingQueue<ClientFrame> requests = new LinkedBlockingQueue<>();
    private volatile Consumer<ClientFrame> onFrame = frame -> {};
    final CompletableFuture<Integer> closedByClient = new CompletableFuture<>();
    final List<String> requestHead = new ArrayList<>();

    private Peer(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
    }

    static Peer handshake(Socket socket) throws IOException {
        Peer peer = new Peer(socket);
        String key = "";
        for (String line = peer.line(); !line.isEmpty(); line = peer.line()) {
            peer.requestHead.add(line);
            if (line.toLowerCase(Locale.ROOT).startsWith("sec-websocket-key:")) {
                key = line.substring(line.indexOf(':') + 1).trim();
            }
        }
        String answer = "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Accept: " + accept(key) + "\r\n\r\n";
        socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
        return peer;
    }

    MessageRequest message() throws InterruptedException {
        return within10s(messages, "message");
    }

    HeartbeatPing ping() throws InterruptedException {
        return within10s(pings, "ping");
    }

    /** The next frame that is neither a message of the first protocol nor a ping. */
    ClientFrame request() throws InterruptedException {
        return within10s(requests, "request");
    }

    /** What is done with every frame, besides. */
    void onFrame(Consumer<ClientFrame> answers) {
        onFrame = answers;
    }

    boolean quiet() {
        return messages.isEmpty();
    }

    void ack(String msgId, AckStatus status, String reason) {
        send(ServerFrame.newBuilder()
                .setAck(MessageAck.newBuilder()
                        .setMsgId(msgId)
                        .setStatus(status)
                        .setReason(reason)
                        .setTimestampMs(7))
                .build());
    }

    void deliver(String msgId, ByteString body) {
        send(ServerFrame.newBuilder()
                .setDelivery(MessageDelivery.newBuilder()
                        .setMessage(MessageRequest.newBuilder()
                                .setMsgId(msgId)
                                .setUserId("u2")
                                .setDeviceId("d2")
                                .setMsgBody(body)
                                .setTimestampMs(5)))
                .build());
    }

    void send(ServerFrame frame) {
        byte[] all = frame.toByteArray();
        write(2, all);
    }

    void close(int code, String reason) {
        byte[] text = reason.getBytes(StandardCharsets.UTF_8);
        write(
                8,
                ByteBuffer.allocate(2 + text.length)
                        .putShort((short) code)
                        .put(text)
                        .array());
    }

    /** Vanishes without a word. */
    void drop() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void readUntilClosed() throws IOException {
        while (true) {
            int opCode = in.readUnsignedByte() & 15;
            int length = in.readUnsignedByte() & 127;
            if (length == 126) {
                length = in.readUnsignedShort();
            } else if (length == 127) {
                length = (int) in.readLong();
            }
            byte[] mask = in.readNBytes(4);
            byte[] payload = in.readNBytes(length);
            for (int i = 0; i < payload.length; i++) {
                payload[i] ^= mask[i & 3];
            }
            if (opCode == 8) {
                closedByClient.complete(
                        length < 2 ? 1005 : (int) ByteBuffer.wrap(payload).getShort());
                socket.close();
                return;
            }
            ClientFrame frame = ClientFrame.parseFrom(payload);
            // first: whoever takes a frame below may look at what was answered
            onFrame.accept(frame);
            if (frame.hasMessage()) {
                messages.add(frame.getMessage());
            } else if (frame.hasHeartbeatPing()) {
                pings.add(frame.getHeartbeatPing());
            } else {
                requests.add(frame);
            }
        }
    }

    /** Large payloads go out in two fragments, as a gateway may send them. */
    private void write(int opCode, byte[] payload) {
        int cut = payload.length > 1000 ? payload.length / 2 : payload.length;
        ByteBuffer out = ByteBuffer.allocate(payload.length + 20);
        frame(out, opCode | (cut == payload.length ? 128 : 0), payload, 0, cut);
        if (cut < payload.length) {
            frame(out, 128, payload, cut, payload.length);
        }
        try {
            synchronized (this) {
                socket.getOutputStream().write(out.array(), 0, out.position());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void frame(ByteBuffer out, int firstByte, byte[] payload, int from, int to) {
        out.put((byte) firstByte);
        if (to - from < 126) {
            out.put((byte) (to - from));
        } else if (to - from < 1 << 16) {
            out.put((byte) 126).putShort((short) (to - from));
        } else {
            out.put((byte) 127).putLong(to - from);
        }
        out.put(payload, from, to - from);
    }

    private String line() throws IOException {
        StringBuilder line = new StringBuilder();
        for (int c = in.readUnsignedByte(); c != '\n'; c = in.readUnsignedByte()) {
            if (c != '\r') {
                line.append((char) c);
            }
        }
        return line.toString();
    }

    private static String accept(String key) throws IOException {
        try {
            byte[] digest =
                    MessageDigest.getInstance("SHA-1").digest((key + RFC_6455).getBytes(StandardCharsets.US_ASCII));
            return Base64.getEncoder().encodeToString(digest);
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    private static <T> T within10s(BlockingQueue<T> queue, String what) throws InterruptedException {
        T next = queue.poll(10, TimeUnit.SECONDS);
        if (next == null) {
            throw new AssertionError("no " + what + " within 10 s");
        }
        return next;
    }
}
