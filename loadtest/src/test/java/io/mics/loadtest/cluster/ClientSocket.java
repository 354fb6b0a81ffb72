package io.mics.loadtest.cluster;

import com.google.protobuf.CodedInputStream;
import io.mics.loadtest.history.Cast.Device;
import io.mics.proto.message.v1.ClientFrame;
import io.mics.proto.message.v1.ServerFrame;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.ReentrantLock;

/** A WebSocket as existing clients open it, blocking. One thread reads, any may write. */
public final class ClientSocket implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 15_000;
    private static final int BINARY = 2;
    private static final int CLOSE = 8;
    private static final int PONG = 10;

    /** What the gateway says. */
    public sealed interface Input {
        /** A frame of the protocol. */
        record Frame(ServerFrame frame) implements Input {}

        /** Good-bye; nothing more will come. */
        record Closed(int code, String reason) implements Input {}
    }

    private final Socket socket;
    private final DataInputStream in;
    private final OutputStream out;
    private final ReentrantLock writing = new ReentrantLock();

    private ClientSocket(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new DataInputStream(new BufferedInputStream(socket.getInputStream(), 2048));
        this.out = socket.getOutputStream();
    }

    /** Connects and upgrades; reads of the first frame wait no longer than ten seconds. */
    public static ClientSocket dial(int port, Device device) throws IOException {
        Socket socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE_MILLIS);
            ClientSocket client = new ClientSocket(socket);
            client.upgrade(port, device);
            return client;
        } catch (IOException | RuntimeException e) {
            socket.close();
            throw e;
        }
    }

    private void upgrade(int port, Device device) throws IOException {
        String request = "GET /ws?tenantId=" + device.tenant() + "&deviceId=" + device.deviceId()
                + "&catchup=sync HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\nAuthorization: Bearer valid:"
                + device.userId()
                + "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n";
        out.write(request.getBytes(StandardCharsets.US_ASCII));
        StringBuilder head = new StringBuilder();
        while (!head.toString().endsWith("\r\n\r\n")) {
            int b = in.read();
            if (b < 0) {
                throw new EOFException("closed during the upgrade");
            }
            head.append((char) b);
        }
        if (!head.toString().startsWith("HTTP/1.1 101 ")) {
            throw new IOException("no upgrade: " + head.substring(0, head.indexOf("\r\n")));
        }
    }

    /** From now on silence is nothing unusual. */
    public void connected() throws IOException {
        socket.setSoTimeout(0);
    }

    /** The next frame or the good-bye; a socket that ends without one is an exception. */
    public Input read() throws IOException {
        while (true) {
            int opCode = in.readUnsignedByte() & 0xF;
            byte[] payload = new byte[length()];
            in.readFully(payload);
            switch (opCode) {
                // binary, close, ping, pong
                case 2 -> {
                    return new Input.Frame(ServerFrame.parseFrom(CodedInputStream.newInstance(payload)));
                }
                case 8 -> {
                    return closed(payload);
                }
                case 9 -> write(PONG, payload);
                case 10 -> {}
                default -> throw new IOException("op code " + opCode);
            }
        }
    }

    private int length() throws IOException {
        int length = in.readUnsignedByte();
        return switch (length) {
            case 126 -> in.readUnsignedShort();
            case 127 -> Math.toIntExact(in.readLong());
            default -> length;
        };
    }

    private Input.Closed closed(byte[] payload) {
        try {
            write(CLOSE, payload);
        } catch (IOException gone) {
            // it said good-bye and left
        }
        return payload.length < 2
                ? new Input.Closed(1005, "")
                : new Input.Closed(
                        (payload[0] & 0xFF) << 8 | (payload[1] & 0xFF),
                        new String(payload, 2, payload.length - 2, StandardCharsets.UTF_8));
    }

    /** Writes one frame. */
    public void send(ClientFrame frame) throws IOException {
        write(BINARY, frame.toByteArray());
    }

    /** Says good-bye; the reader goes on until the gateway's. */
    public void sayGoodbye() throws IOException {
        write(CLOSE, new byte[] {(byte) (1000 >> 8), (byte) 1000});
    }

    private void write(int opCode, byte[] payload) throws IOException {
        int head = payload.length < 126 ? 6 : 8;
        byte[] frame = new byte[head + payload.length];
        frame[0] = (byte) (0x80 | opCode);
        frame[1] = (byte) (0x80 | (head == 6 ? payload.length : 126));
        if (head == 8) {
            frame[2] = (byte) (payload.length >> 8);
            frame[3] = (byte) payload.length;
        }
        int key = ThreadLocalRandom.current().nextInt();
        for (int i = 0; i < 4; i++) {
            frame[head - 4 + i] = (byte) (key >> (8 * i));
        }
        for (int i = 0; i < payload.length; i++) {
            frame[head + i] = (byte) (payload[i] ^ frame[head - 4 + (i & 3)]);
        }
        writing.lock();
        try {
            out.write(frame);
        } finally {
            writing.unlock();
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            // it is over either way
        }
    }
}
