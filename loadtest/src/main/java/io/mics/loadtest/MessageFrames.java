package io.mics.loadtest;

import java.nio.ByteBuffer;

/** The frames of one sender, encoded and masked once; only the ten digits of the message id change afterwards. */
final class MessageFrames {
    private static final int DIGITS = 10;
    private static final int PREFIX = 8;
    /** Tells the ids of one run from those of the run before, which the gateway still remembers as sent. */
    private static final String RUN = String.format("%08x", (int) System.currentTimeMillis());

    private static final int KEY = 0x5A17C3E9;

    private final byte[] bytes;
    private final ByteBuffer buffer;
    private final int frameSize;
    private final int idAt;
    private final int idInPayload;

    private MessageFrames(byte[] target, int room, int bodyBytes) {
        byte[] id = Wire.field(4, RUN + "0".repeat(DIGITS));
        byte[] body = new byte[bodyBytes];
        for (int i = 0; i < bodyBytes; i++) {
            body[i] = (byte) ('a' + i % 26);
        }
        byte[] request = Wire.join(id, target, Wire.field(8, body));
        byte[] payload = Wire.field(1, request);
        byte[] frame = Wire.clientFrame(Wire.BINARY, payload, KEY);
        frameSize = frame.length;
        idInPayload = payload.length - request.length + 2 + PREFIX;
        idAt = frameSize - payload.length + idInPayload;
        bytes = new byte[frameSize * room];
        for (int i = 0; i < room; i++) {
            System.arraycopy(frame, 0, bytes, i * frameSize, frameSize);
        }
        buffer = ByteBuffer.allocateDirect(bytes.length);
    }

    /** Messages to one user, room for so many at once. */
    static MessageFrames toUser(String user, int room, int bodyBytes) {
        return new MessageFrames(Wire.field(6, user), room, bodyBytes);
    }

    /** Messages to a group, room for so many at once. */
    static MessageFrames toGroup(String group, int room, int bodyBytes) {
        byte[] target = Wire.join(Wire.varintField(5, 1), Wire.field(7, group));
        return new MessageFrames(target, room, bodyBytes);
    }

    /** The bytes of {@code count} messages, the first with the number given. Valid until the next call. */
    ByteBuffer next(long number, int count) {
        for (int i = 0; i < count; i++) {
            long rest = number + i;
            for (int d = DIGITS - 1; d >= 0; d--) {
                int mask = KEY >> (24 - 8 * ((idInPayload + d) & 3));
                bytes[i * frameSize + idAt + d] = (byte) (('0' + rest % 10) ^ mask);
                rest /= 10;
            }
        }
        return buffer.clear().put(bytes, 0, count * frameSize).flip();
    }

    /** The number that a message id in the given bytes stands for, -1 when it is none of ours. */
    static long number(byte[] in, int from, int to) {
        if (to - from != PREFIX + DIGITS) {
            return -1;
        }
        long number = 0;
        for (int i = from + PREFIX; i < to; i++) {
            number = number * 10 + in[i] - '0';
        }
        return number;
    }
}
