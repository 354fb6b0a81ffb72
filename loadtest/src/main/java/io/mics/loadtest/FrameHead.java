package io.mics.loadtest;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** A cursor over the WebSocket frames of a byte array; reused, so that reading a frame allocates nothing. */
final class FrameHead {
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    /** The first byte of the frame: FIN and op code. */
    byte opCode;
    /** Where the payload begins. */
    int payload;
    /** Where the frame ends. */
    int end;

    private boolean masked;

    /** Reads the head at {@code from}; false when the frame is not complete before {@code to}. */
    boolean read(byte[] in, int from, int to) {
        end = from;
        if (to - from < 2) {
            return false;
        }
        opCode = in[from];
        masked = in[from + 1] < 0;
        long length = in[from + 1] & 0x7F;
        int at = from + 2;
        if (length == 126) {
            if (to - from < 4) {
                return false;
            }
            length = ((in[at] & 0xFFL) << 8) | (in[at + 1] & 0xFFL);
            at += 2;
        } else if (length == 127) {
            if (to - from < 10) {
                return false;
            }
            length = (long) LONGS.get(in, at);
            at += 8;
        }
        if (length < 0 || length > 1 << 24) {
            throw new IllegalArgumentException("frame of " + length + " bytes");
        }
        payload = masked ? at + 4 : at;
        end = payload + (int) length;
        return end <= to;
    }

    /** Takes the mask off a client's payload, in place, eight bytes at a time. */
    void unmask(byte[] in) {
        if (!masked) {
            return;
        }
        int k = payload - 4;
        long key = 0;
        for (int i = 0; i < 4; i++) {
            key = (key << 8) | (in[k + i] & 0xFFL);
        }
        key |= key << 32;
        int at = payload;
        for (; at + 8 <= end; at += 8) {
            LONGS.set(in, at, (long) LONGS.get(in, at) ^ key);
        }
        for (int i = 0; at < end; at++, i++) {
            in[at] ^= in[k + (i & 3)];
        }
    }
}
