package io.mics.loadtest;

import java.io.IOException;

/**
 * One sender that keeps a fixed number of messages in flight. A message is in flight until it has been acknowledged
 * and every receiver has got it; only then does the next one go out.
 */
final class ClosedLoop {
    private final LoadConnection connection;
    private final MessageFrames frames;
    private final int window;
    private final int receivers;
    private final Timings timings;

    private final long[] sentAt;
    private final int[] missing;
    private long sent;
    private long acked;
    private long completed;
    private long deliveries;

    ClosedLoop(LoadConnection connection, MessageFrames frames, int window, int receivers, Timings timings) {
        this.connection = connection;
        this.frames = frames;
        this.window = window;
        this.receivers = receivers;
        this.timings = timings;
        sentAt = new long[window];
        missing = new int[window];
        connection.sender = this;
    }

    /** Sends as many messages as the window has room for, in one write. */
    void fill() throws IOException {
        int room = window - (int) (sent - Math.min(acked, completed));
        if (room > 0) {
            send(room);
        }
    }

    /** Sends one message, for those who keep a rate; false when the window has no room for it. */
    boolean sendOne() throws IOException {
        if (sent - Math.min(acked, completed) == window) {
            return false;
        }
        send(1);
        return true;
    }

    private void send(int messages) throws IOException {
        long now = System.nanoTime();
        for (int i = 0; i < messages; i++) {
            int slot = (int) ((sent + i) % window);
            sentAt[slot] = now;
            missing[slot] = receivers;
        }
        connection.write(frames.next(sent, messages));
        sent += messages;
    }

    void acked(long number, long now) throws IOException {
        if (number != acked) {
            throw new IOException("message " + number + " acknowledged, expected " + acked);
        }
        acked++;
        timings.ack.record(now - sentAt[(int) (number % window)]);
        timings.changed(this);
    }

    void delivered(long number, long now) throws IOException {
        if (number < completed || number >= sent) {
            throw new IOException("message " + number + " delivered, " + sent + " sent");
        }
        deliveries++;
        int slot = (int) (number % window);
        long latency = now - sentAt[slot];
        timings.delivery.record(latency);
        if (--missing[slot] == 0) {
            completed++;
            timings.last.record(latency);
            timings.changed(this);
        }
    }

    long sent() {
        return sent;
    }

    long acked() {
        return acked;
    }

    long deliveries() {
        return deliveries;
    }

    /** Deliveries that are still owed for what was sent. */
    long owed() {
        return sent * receivers - deliveries;
    }

    boolean idle() {
        return sent == acked && sent == completed;
    }
}
