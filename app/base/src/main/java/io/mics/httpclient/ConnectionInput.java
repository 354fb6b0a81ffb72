package io.mics.httpclient;

import java.io.IOException;
import java.io.InputStream;

/** What a connection receives. Where more must come, its end is an error, so that nothing cut off passes for whole. */
final class ConnectionInput extends InputStream {
    /** The largest head of an answer, interim ones and trailers included, in bytes. */
    static final int MAX_HEAD_BYTES = 64 << 10;

    private final InputStream source;
    private boolean begun;
    private boolean endsWithConnection;
    private int headBytesLeft;

    /** The connection ended where more must come. */
    static final class EndedException extends IOException {
        EndedException() {
            super("connection ended");
        }
    }

    /** An answer that is no HTTP, or that HTTP forbids; the message quotes nothing of it. */
    static final class MalformedException extends IOException {
        MalformedException(String why) {
            super(why);
        }
    }

    ConnectionInput(InputStream source) {
        this.source = source;
    }

    /** To be called before a request is written. */
    void expectHead() {
        begun = false;
        endsWithConnection = false;
        headBytesLeft = MAX_HEAD_BYTES;
    }

    /** To be called when the head has been read. */
    void expectBody(boolean endsWithConnection) {
        this.endsWithConnection = endsWithConnection;
        headBytesLeft = Integer.MAX_VALUE;
    }

    /** Whether anything but empty lines came since {@link #expectHead}. */
    boolean begun() {
        return begun;
    }

    /** How much of a head has been read, or more. */
    int headBytes() {
        return MAX_HEAD_BYTES - headBytesLeft;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int from, int length) throws IOException {
        if (headBytesLeft <= 0) {
            throw new MalformedException("head over " + MAX_HEAD_BYTES + " bytes");
        }
        int read = source.read(into, from, Math.min(length, headBytesLeft));
        if (read < 0) {
            if (endsWithConnection) {
                return -1;
            }
            throw new EndedException();
        }
        if (headBytesLeft != Integer.MAX_VALUE) {
            headBytesLeft -= read;
            begun = begun || isMoreThanEmptyLines(into, from, read);
        }
        return read;
    }

    private static boolean isMoreThanEmptyLines(byte[] bytes, int from, int length) {
        for (int i = from; i < from + length; i++) {
            if (bytes[i] != '\r' && bytes[i] != '\n') {
                return true;
            }
        }
        return false;
    }
}
