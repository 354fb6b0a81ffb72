package io.mics.loadtest.history;

import io.mics.loadtest.history.Cast.Device;
import java.util.List;

/**
 * The history of one client connection: when it was opened and how it ended, what was sent on it, and what arrived, in
 * the order of arrival. Times are {@code System.nanoTime}. Safe for a sending and a receiving thread at once.
 */
public final class ConnectionLog {
    /** How a connection ended. */
    public enum Ending {
        /** It did not, before the run was over. */
        OPEN,
        /** The gateway sent a close frame. */
        CLOSED_BY_GATEWAY,
        /** The client sent one, and read on until the gateway's answer. */
        CLOSED_BY_CLIENT,
        /** The socket ended without a close frame: what was on its way is lost. */
        BROKEN
    }

    /** What an ack said; {@code DUPLICATE} is a SENT with that reason. */
    public enum Answer {
        SENT,
        DUPLICATE,
        FAILED
    }

    /** Takes what was sent. */
    interface Sends {
        void sent(long nanos, int number, int target);
    }

    /** Takes what arrived. */
    interface Arrivals {
        void delivered(long nanos, int sender, int number);

        void acked(long nanos, int number, Answer answer);
    }

    private static final List<Answer> ANSWERS = List.of(Answer.values());
    private static final int NUMBER_BITS = 32;
    private static final long NUMBER = 0xFFFF_FFFFL;
    private static final long ACK = 1L << 62;

    private final Device device;
    private final int node;
    private final long dialled;
    private final LongPairs sends = new LongPairs();
    private final LongPairs arrivals = new LongPairs();
    private volatile long connected = Long.MAX_VALUE;
    private volatile long ended = Long.MAX_VALUE;
    private volatile Ending ending = Ending.OPEN;
    private volatile int closeCode;
    private volatile long hintMillis = -1;

    ConnectionLog(Device device, int node, long dialled) {
        this.device = device;
        this.node = node;
        this.dialled = dialled;
    }

    /** The connect_ack has arrived. */
    public void connected(long nanos) {
        connected = nanos;
    }

    /** One attempt of a message is about to be written. */
    public void sent(long nanos, int number, int target) {
        sends.add(nanos, (long) target << NUMBER_BITS | number);
    }

    /** An ack has arrived. */
    public void acked(long nanos, int number, Answer answer) {
        arrivals.add(nanos, ACK | (long) ANSWERS.indexOf(answer) << NUMBER_BITS | number);
    }

    /** A message has arrived. */
    public void delivered(long nanos, int sender, int number) {
        arrivals.add(nanos, (long) sender << NUMBER_BITS | number);
    }

    /**
     * It is over; the first call counts.
     *
     * @param code       the close code, 0 without a close frame
     * @param hintMillis when the gateway asked the client to come back, -1 when it did not say
     */
    public void ended(long nanos, Ending how, int code, long hintMillis) {
        if (ending == Ending.OPEN) {
            this.closeCode = code;
            this.hintMillis = hintMillis;
            this.ended = nanos;
            this.ending = how;
        }
    }

    public Device device() {
        return device;
    }

    /** The node it was meant for. */
    public int node() {
        return node;
    }

    public long dialled() {
        return dialled;
    }

    /** When the connect_ack came; {@code Long.MAX_VALUE} when it never did. */
    public long connected() {
        return connected;
    }

    public boolean wasConnected() {
        return connected != Long.MAX_VALUE;
    }

    /** When it ended; {@code Long.MAX_VALUE} while it has not. */
    public long ended() {
        return ended;
    }

    public Ending ending() {
        return ending;
    }

    public int closeCode() {
        return closeCode;
    }

    public long hintMillis() {
        return hintMillis;
    }

    void forEachSend(Sends visitor) {
        sends.forEach((nanos, word) -> visitor.sent(nanos, (int) word, (int) (word >> NUMBER_BITS)));
    }

    void forEachArrival(Arrivals visitor) {
        arrivals.forEach((nanos, word) -> {
            int number = (int) (word & NUMBER);
            int upper = (int) ((word & ~ACK) >> NUMBER_BITS);
            if ((word & ACK) == 0) {
                visitor.delivered(nanos, upper, number);
            } else {
                visitor.acked(nanos, number, ANSWERS.get(upper));
            }
        });
    }

    @Override
    public String toString() {
        return device.tenant() + "/" + device.userId() + "/" + device.deviceId() + " on node " + node;
    }
}
