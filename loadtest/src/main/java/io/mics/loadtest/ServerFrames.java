package io.mics.loadtest;

import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.Arrays;

/** The driver's one reading thread: waits on a selector, parses all frames of a read and hands on what they say. */
final class ServerFrames implements AutoCloseable {
    private static final int BUFFER = 256 * 1024;

    final Selector selector;
    private final byte[] in = new byte[BUFFER];
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER);
    private final FrameHead frame = new FrameHead();
    private final ClientMessage message = new ClientMessage();
    private long now;
    private long pongs;

    ServerFrames() throws IOException {
        selector = Selector.open();
    }

    /** Reads what has arrived, waiting at most so long for the first byte. */
    void poll(long timeoutMillis) throws IOException {
        try {
            selector.select(this::readKey, timeoutMillis);
        } catch (UncheckedIOException e) {
            throw e.getCause();
        }
    }

    long pongs() {
        return pongs;
    }

    private void readKey(SelectionKey key) {
        try {
            read((LoadConnection) key.attachment());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void read(LoadConnection connection) throws IOException {
        int size = connection.partial.length;
        System.arraycopy(connection.partial, 0, in, 0, size);
        buffer.clear().limit(BUFFER - size);
        int n = connection.channel.read(buffer);
        if (n < 0) {
            throw new EOFException("the server closed a connection");
        }
        buffer.flip().get(in, size, n);
        size += n;
        now = System.nanoTime();
        int at = 0;
        while (frame.read(in, at, size)) {
            receive(connection);
            at = frame.end;
        }
        if (at < size) {
            connection.partial = Arrays.copyOfRange(in, at, size);
        } else if (connection.partial.length > 0) {
            connection.partial = new byte[0];
        }
    }

    private void receive(LoadConnection connection) throws IOException {
        int opCode = frame.opCode & 0xF;
        if (opCode == 9) {
            return;
        }
        int from = frame.payload;
        int tag = opCode == 2 && from < frame.end ? in[from] >>> 3 : -1;
        switch (tag) {
            case 2 -> delivered(connection, Wire.varintEnd(in, from + 1));
            case 3 -> acked(connection, Wire.varintEnd(in, from + 1));
            case 5 -> pongs++;
            default -> throw new IOException("unexpected frame: " + LoadConnection.describe(in, frame));
        }
    }

    private void delivered(LoadConnection connection, int from) throws IOException {
        int request = Wire.varintEnd(in, from + 1);
        message.read(in, request, frame.end);
        long number = MessageFrames.number(in, message.idFrom, message.idTo);
        ClosedLoop source = connection.source;
        if (source == null || number != connection.next) {
            throw new IOException("message " + number + " delivered, expected " + connection.next);
        }
        connection.next++;
        source.delivered(number, now);
    }

    private void acked(LoadConnection connection, int from) throws IOException {
        long number = -1;
        for (int at = from; at < frame.end; ) {
            int tag = (int) Wire.varint(in, at);
            int value = Wire.varintEnd(in, at);
            int end = Wire.skip(in, value, tag & 7);
            switch (tag >>> 3) {
                case 1 -> number = MessageFrames.number(in, Wire.varintEnd(in, value), end);
                case 2, 4, 5, 6, 7, 8 -> {
                    if (in[value] != 0) {
                        throw new IOException("message not sent: " + LoadConnection.describe(in, frame));
                    }
                }
                default -> {}
            }
            at = end;
        }
        ClosedLoop sender = connection.sender;
        if (sender == null) {
            throw new IOException("an ack for a connection that sent nothing");
        }
        sender.acked(number, now);
    }

    @Override
    public void close() throws IOException {
        for (SelectionKey key : selector.keys()) {
            key.channel().close();
        }
        selector.close();
    }
}
