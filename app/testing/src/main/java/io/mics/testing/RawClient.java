package io.mics.testing;

import com.google.protobuf.ByteString;
import io.mics.proto.message.v1.ClientFrame;
import io.mics.proto.message.v1.HeartbeatPing;
import io.mics.proto.message.v1.MessageAck;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.proto.message.v1.MessageType;
import io.mics.proto.message.v1.ServerFrame;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A WebSocket client on a plain socket, which can also do everything a client must not do. One thread at a time. */
public final class RawClient implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 10_000;

    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;
    private String handshake = "";

    /** One frame of the server. */
    @SuppressWarnings("ArrayRecordComponent")
    public record Frame(int opCode, byte[] payload) {
        public boolean isClose() {
            return opCode == 8;
        }

        public int closeCode() {
            return ByteBuffer.wrap(payload).getShort() & 0xffff;
        }

        public String closeReason() {
            return new String(payload, 2, payload.length - 2, StandardCharsets.UTF_8);
        }

        public String text() {
            return new String(payload, StandardCharsets.UTF_8);
        }

        public ServerFrame protobuf() throws IOException {
            return ServerFrame.parseFrom(payload);
        }
    }

    private RawClient(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new DataInputStream(socket.getInputStream());
        this.out = socket.getOutputStream();
    }

    /** A socket to the server on which nothing was said yet. */
    public static RawClient tcp(int port) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        return new RawClient(socket);
    }

    /** Upgraded, and whatever the server says next still to be read. */
    public static RawClient upgraded(int port, String query, String... headers) throws IOException {
        RawClient client = tcp(port);
        client.write(("GET /ws?" + query + " HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\n"
                        + "Upgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
                        + String.join("\r\n", headers) + (headers.length > 0 ? "\r\n" : "") + "\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        client.handshake = client.readHead();
        if (!client.handshake.startsWith("HTTP/1.1 101")) {
            throw new IOException("not upgraded: " + client.handshake);
        }
        return client;
    }

    /** Connected as {@code user} of {@code tenant}, {@code connect_ack} read. */
    public static RawClient connect(int port, String tenant, String user, String device) throws IOException {
        RawClient client = upgraded(port, query(tenant, "valid:" + user, device));
        ServerFrame first = client.readProtobuf();
        if (!first.hasConnectAck()) {
            throw new IOException("no connect_ack: " + first);
        }
        return client;
    }

    /** The query of a connect URL. */
    public static String query(String tenant, String token, String device) {
        return "tenantId=" + encode(tenant) + "&token=" + encode(token) + "&deviceId=" + encode(device);
    }

    private static String encode(String value) {
        return URLEncoder.encode(value, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** The server's answer to the upgrade, head only. */
    public String handshake() {
        return handshake;
    }

    /** How long a read waits. */
    public RawClient timeout(Duration timeout) throws IOException {
        socket.setSoTimeout((int) timeout.toMillis());
        return this;
    }

    public void write(byte[] bytes) throws IOException {
        out.write(bytes);
        out.flush();
    }

    /** Sends a masked frame; {@code first} is its first byte, 0x82 for a whole binary message. */
    public void send(int first, byte[] payload) throws IOException {
        write(masked(first, payload));
    }

    public void send(ClientFrame frame) throws IOException {
        send(0x82, frame.toByteArray());
    }

    public void sendText(String text) throws IOException {
        send(0x81, text.getBytes(StandardCharsets.UTF_8));
    }

    public void ping() throws IOException {
        send(ClientFrame.newBuilder()
                .setHeartbeatPing(HeartbeatPing.newBuilder().setTimestampMs(1))
                .build());
    }

    /** Sends a message to a user without waiting for its ack. */
    public void sendTo(String user, String msgId, String body) throws IOException {
        send(single(user, msgId, body));
    }

    public static ClientFrame single(String user, String msgId, String body) {
        return ClientFrame.newBuilder()
                .setMessage(MessageRequest.newBuilder()
                        .setMsgId(msgId)
                        .setToUserId(user)
                        .setMsgBody(ByteString.copyFromUtf8(body)))
                .build();
    }

    public static ClientFrame group(String group, String msgId, String body) {
        return ClientFrame.newBuilder()
                .setMessage(MessageRequest.newBuilder()
                        .setMsgId(msgId)
                        .setMsgType(MessageType.GROUP_CHAT)
                        .setGroupId(group)
                        .setMsgBody(ByteString.copyFromUtf8(body)))
                .build();
    }

    /** Sends a message to a user and returns its ack, reading over anything else. */
    public MessageAck sendAcked(String user, String msgId, String body) throws IOException {
        sendTo(user, msgId, body);
        return readAck();
    }

    /** The next ack, reading over anything else. */
    public MessageAck readAck() throws IOException {
        ServerFrame frame = readProtobuf();
        while (!frame.hasAck()) {
            frame = readProtobuf();
        }
        return frame.getAck();
    }

    /** The next delivery, reading over anything else. */
    public MessageRequest readDelivery() throws IOException {
        ServerFrame frame = readProtobuf();
        while (!frame.hasDelivery()) {
            frame = readProtobuf();
        }
        return frame.getDelivery().getMessage();
    }

    /** The next protobuf frame, answering nothing and reading over transport pings. */
    public ServerFrame readProtobuf() throws IOException {
        Frame frame = read();
        if (frame.opCode() != 2) {
            throw new IOException("not a binary frame: " + frame.opCode() + " "
                    + (frame.isClose() ? frame.closeCode() + " " + frame.closeReason() : frame.text()));
        }
        return frame.protobuf();
    }

    /** The close frame, reading over anything before it. */
    public Frame readClose() throws IOException {
        Frame frame = read();
        while (!frame.isClose()) {
            frame = read();
        }
        return frame;
    }

    /** The next frame of the application; transport pings and pongs are read over. */
    public Frame read() throws IOException {
        Frame frame = readAny();
        while (frame.opCode() == 9 || frame.opCode() == 10) {
            frame = readAny();
        }
        return frame;
    }

    /** The next frame, whatever it is. */
    public Frame readAny() throws IOException {
        int first = in.readUnsignedByte();
        int second = in.readUnsignedByte();
        long length = second & 0x7f;
        if (length == 126) {
            length = in.readUnsignedShort();
        } else if (length == 127) {
            length = in.readLong();
        }
        byte[] payload = new byte[Math.toIntExact(length)];
        in.readFully(payload);
        return new Frame(first & 0xf, payload);
    }

    /** Whether the server has ended the connection; waits for the read timeout. */
    public boolean isEnded() throws IOException {
        try {
            while (true) {
                readAny();
            }
        } catch (EOFException | java.net.SocketException e) {
            return true;
        }
    }

    /** Reads an HTTP answer's head. */
    public String readHead() throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        while (!head.toString(StandardCharsets.US_ASCII).endsWith("\r\n\r\n")) {
            int next = in.read();
            if (next < 0) {
                break;
            }
            head.write(next);
        }
        return head.toString(StandardCharsets.US_ASCII);
    }

    /** Vanishes: no close frame, the connection reset. */
    public void vanish() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    /** A masked frame, to be written in pieces. */
    public static byte[] masked(int first, byte[] payload) {
        int extended = payload.length < 126 ? 0 : payload.length < 65_536 ? 2 : 8;
        ByteBuffer frame = ByteBuffer.allocate(6 + extended + payload.length);
        frame.put((byte) first).put((byte) (0x80 | (extended == 0 ? payload.length : extended == 2 ? 126 : 127)));
        if (extended == 2) {
            frame.putShort((short) payload.length);
        } else if (extended == 8) {
            frame.putLong(payload.length);
        }
        byte[] mask = {1, 2, 3, 4};
        frame.put(mask);
        for (int i = 0; i < payload.length; i++) {
            frame.put((byte) (payload[i] ^ mask[i & 3]));
        }
        return frame.array();
    }
}
