package io.mics.loadtest.durable.check;

import io.mics.loadtest.history.Cast.Device;
import java.util.List;

/**
 * What one connection of a device sent and got, in the order in which the client saw it. Times are {@code
 * System.nanoTime}. Safe for a sending and a receiving thread at once.
 */
public final class ConnectionRecord {
    /** What happened. */
    public enum Event {
        /** An attempt of a message is about to be written. */
        SENT,
        /** SENT: the log has it. */
        ACCEPTED,
        /** SENT: the database has it. */
        STORED,
        /** SENT, and it was there before. */
        DUPLICATE,
        /** FAILED, and certainly not stored. */
        FAILED,
        /** FAILED, and perhaps stored. */
        UNKNOWN,
        /** Delivered as it was stored. */
        DELIVERED,
        /** In a page that was asked for. */
        SYNCED;

        boolean isAck() {
            return this != SENT && this != DELIVERED && this != SYNCED;
        }

        boolean saysSent() {
            return this == ACCEPTED || this == STORED || this == DUPLICATE;
        }
    }

    /** Takes what happened. */
    interface Visitor {
        void event(long nanos, Event event, long key, int talk, long seq, long id);
    }

    private static final List<Event> EVENTS = List.of(Event.values());

    private final Device device;
    private final int node;
    private final LongRows rows = new LongRows(6);
    private volatile long connected = Long.MAX_VALUE;
    private volatile long ended = Long.MAX_VALUE;

    ConnectionRecord(Device device, int node) {
        this.device = device;
        this.node = node;
    }

    /** The connect_ack has arrived. */
    public void connected(long nanos) {
        connected = nanos;
    }

    /** Nothing more can arrive; the first call counts. */
    public void ended(long nanos) {
        if (ended == Long.MAX_VALUE) {
            ended = nanos;
        }
    }

    /**
     * Something happened to a message.
     *
     * @param key  of the message, {@link RunHistory#key}
     * @param talk the conversation's number
     * @param seq  0 when the frame does not say
     * @param id   0 when the frame does not say
     */
    public void event(long nanos, Event event, long key, int talk, long seq, long id) {
        rows.add(nanos, EVENTS.indexOf(event), key, talk, seq, id);
    }

    Device device() {
        return device;
    }

    int node() {
        return node;
    }

    long connected() {
        return connected;
    }

    boolean wasConnected() {
        return connected != Long.MAX_VALUE;
    }

    /** Whether it was there from one moment to another. */
    boolean lasted(long from, long to) {
        return connected <= from && ended >= to;
    }

    void forEach(Visitor visitor) {
        for (int i = 0; i < rows.rows(); i++) {
            visitor.event(
                    rows.at(i, 0),
                    EVENTS.get((int) rows.at(i, 1)),
                    rows.at(i, 2),
                    (int) rows.at(i, 3),
                    rows.at(i, 4),
                    rows.at(i, 5));
        }
    }

    @Override
    public String toString() {
        return device.tenant() + "/" + device.userId() + "/" + device.deviceId() + " on node " + node;
    }
}
