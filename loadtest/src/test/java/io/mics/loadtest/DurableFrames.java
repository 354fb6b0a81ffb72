package io.mics.loadtest;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** The frames of traffic whose bodies say who sent them and when, for durable conversations and for the pipe. */
final class DurableFrames {
    /** Which way messages take. */
    enum Way {
        PIPE,
        DURABLE
    }

    /** Time, sender and number at the beginning of a body. */
    static final int BODY_HEAD = 8 + 4 + 4;

    private static final int DIGITS = 9;
    private static final int KEY = 0x5A17C3E9;

    private final Way way;
    private final String run;
    private final int bodyBytes;

    /**
     * Frames of one way.
     *
     * @param run       begins every message's name, which is unique for ever
     * @param bodyBytes of a body, {@link #BODY_HEAD} at least
     */
    DurableFrames(Way way, String run, int bodyBytes) {
        this.way = way;
        this.run = run;
        this.bodyBytes = Math.max(bodyBytes, BODY_HEAD);
    }

    /** One message, masked. */
    byte[] message(String from, int sender, String to, int number, long now) {
        byte[] body = new byte[bodyBytes];
        ByteBuffer.wrap(body).putLong(now).putInt(sender).putInt(number);
        String name = String.format("%s-%s-%0" + DIGITS + "d", run, from, number);
        byte[] message = switch (way) {
            case PIPE -> Wire.field(1, Wire.join(Wire.field(4, name), Wire.field(6, to), Wire.field(8, body)));
            case DURABLE -> {
                String conversation = "single:" + (from.compareTo(to) < 0 ? from + ":" + to : to + ":" + from);
                yield Wire.field(
                        3,
                        Wire.join(
                                Wire.field(1, name),
                                Wire.field(2, conversation),
                                Wire.field(3, "text"),
                                Wire.field(4, body)));
            }
        };
        return Wire.clientFrame(Wire.BINARY, message, KEY);
    }

    /** What a frame of the server says of one message; reused. */
    static final class Said {
        boolean ack;
        boolean delivery;
        boolean failed;
        int number;
        int sender;
        long sentAt;
        /** 0 on the pipe. */
        long seq;

        /** Reads the payload of a frame. */
        void read(byte[] in, int from, int to) {
            ack = false;
            delivery = false;
            failed = false;
            seq = 0;
            int tag = from < to ? in[from] >>> 3 : -1;
            int at = Wire.varintEnd(in, from + 1);
            if (tag == 3) {
                ack = true;
                ack(in, at, to);
            } else if (tag == 2) {
                delivery = true;
                delivery(in, at, to);
            }
        }

        private void ack(byte[] in, int from, int to) {
            for (int at = from; at < to; ) {
                int tag = (int) Wire.varint(in, at);
                int value = Wire.varintEnd(in, at);
                int end = Wire.skip(in, value, tag & 7);
                if (tag >>> 3 == 1) {
                    number = Integer.parseInt(new String(in, end - DIGITS, DIGITS, StandardCharsets.US_ASCII));
                } else if (tag >>> 3 == 2) {
                    failed = in[value] != 0;
                }
                at = end;
            }
        }

        private void delivery(byte[] in, int from, int to) {
            for (int at = from; at < to; ) {
                int tag = (int) Wire.varint(in, at);
                int value = Wire.varintEnd(in, at);
                int end = Wire.skip(in, value, tag & 7);
                if (tag >>> 3 == 1) {
                    request(in, Wire.varintEnd(in, value), end);
                } else if (tag >>> 3 == 3) {
                    seq = Wire.varint(in, value);
                }
                at = end;
            }
        }

        private void request(byte[] in, int from, int to) {
            for (int at = from; at < to; ) {
                int tag = (int) Wire.varint(in, at);
                int value = Wire.varintEnd(in, at);
                int end = Wire.skip(in, value, tag & 7);
                if (tag >>> 3 == 8) {
                    ByteBuffer body = ByteBuffer.wrap(in, Wire.varintEnd(in, value), BODY_HEAD);
                    sentAt = body.getLong();
                    sender = body.getInt();
                    number = body.getInt();
                }
                at = end;
            }
        }
    }
}
