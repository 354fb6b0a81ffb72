package io.mics.ws;

import io.mics.protocol.CloseCode;

/** Listens only for the end of a connection that was refused. */
final class AwaitClose implements FrameSink {
    private boolean seen;
    private boolean closed;

    /** Whether nothing more is read: after a close frame or a violation. */
    boolean seen() {
        return seen;
    }

    /** Whether there was a close frame. */
    boolean closed() {
        return closed;
    }

    @Override
    public void close() {
        seen = true;
        closed = true;
    }

    @Override
    public void violation(CloseCode code, String reason) {
        seen = true;
    }

    @Override
    public void message(boolean text, byte[] data, int offset, int length) {}

    @Override
    public void tooLarge() {}

    @Override
    public void ping(byte[] payload) {}

    @Override
    public void pong() {}
}
