package io.mics.loadtest.fuzz;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/** Sends what {@link FuzzInput} makes of its seed, one connection after the other, until enough has been sent. */
final class HostileClient implements Runnable {
    private static final int PATIENCE_MILLIS = 20_000;
    private static final int FRAMES_PER_CONNECTION = 300;
    private static final int FRAMES_PER_WRITE = 20;

    private final int port;
    private final FuzzInput input;
    private final AtomicLong left;
    private final Tally tally;

    /** What all of them did together. */
    record Tally(AtomicLong frames, AtomicLong upgrades, AtomicLong badRequests, AtomicLong refused) {
        Tally() {
            this(new AtomicLong(), new AtomicLong(), new AtomicLong(), new AtomicLong());
        }
    }

    /** Takes from {@code left} what it sends. */
    HostileClient(int port, long seed, AtomicLong left, Tally tally) {
        this.port = port;
        this.input = new FuzzInput(seed);
        this.left = left;
        this.tally = tally;
    }

    @Override
    public void run() {
        while (left.get() > 0) {
            try (Socket socket = new Socket()) {
                socket.setTcpNoDelay(true);
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), PATIENCE_MILLIS);
                socket.setSoTimeout(PATIENCE_MILLIS);
                if (input.next(3) > 0) {
                    badRequests(socket);
                } else {
                    upgraded(socket);
                }
                if (input.next(4) == 0) {
                    socket.setSoLinger(true, 0); // a reset, not an end
                }
            } catch (IOException e) {
                tally.refused.incrementAndGet(); // closing on such a client is right
            }
        }
    }

    private void badRequests(Socket socket) throws IOException {
        left.decrementAndGet();
        tally.badRequests.incrementAndGet();
        socket.getOutputStream().write(input.badRequest(port));
        if (input.next(2) == 0) {
            socket.shutdownOutput();
            socket.setSoTimeout(50);
            socket.getInputStream().read(new byte[4096]);
        }
    }

    private void upgraded(Socket socket) throws IOException {
        boolean json = input.next(3) == 0;
        tally.upgrades.incrementAndGet();
        left.decrementAndGet();
        socket.getOutputStream().write(input.upgrade(port, json).getBytes(StandardCharsets.US_ASCII));
        DataInputStream in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
        if (!isUpgraded(in)) {
            return;
        }
        AtomicBoolean ended = new AtomicBoolean();
        Thread reader = Thread.ofVirtual().start(() -> drain(in, ended));
        int frames = input.next(FRAMES_PER_CONNECTION);
        for (int sent = 0; sent < frames && left.get() > 0 && !ended.get(); sent += FRAMES_PER_WRITE) {
            byte[][] messages = new byte[FRAMES_PER_WRITE][];
            for (int i = 0; i < FRAMES_PER_WRITE; i++) {
                messages[i] = input.message(json);
            }
            write(socket, messages);
        }
        switch (input.next(4)) {
            case 0 -> write(socket, input.unfinished());
            case 1 -> {}
            default -> write(socket, input.violation());
        }
        if (input.next(2) == 0) {
            socket.shutdownOutput();
            try {
                reader.join(1_000);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static boolean isUpgraded(DataInputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (!head.toString().endsWith("\r\n\r\n")) {
            head.append((char) in.readUnsignedByte());
        }
        return head.toString().startsWith("HTTP/1.1 101");
    }

    private void write(Socket socket, byte[]... messages) throws IOException {
        int length = 0;
        for (byte[] message : messages) {
            length += message.length;
        }
        byte[] all = new byte[length];
        int at = 0;
        for (byte[] message : messages) {
            System.arraycopy(message, 0, all, at, message.length);
            at += message.length;
        }
        socket.getOutputStream().write(all);
        left.addAndGet(-messages.length);
        tally.frames.addAndGet(messages.length);
    }

    /** Reads whatever the gateway says; what is sent after its close frame would not count as sent. */
    private static void drain(DataInputStream in, AtomicBoolean ended) {
        try {
            while (true) {
                int opCode = in.readUnsignedByte() & 0xF;
                int length = in.readUnsignedByte();
                if (opCode == 8) {
                    ended.set(true);
                }
                in.skipNBytes(length == 126 ? in.readUnsignedShort() : length == 127 ? in.readLong() : length);
            }
        } catch (IOException e) {
            ended.set(true);
        }
    }
}
