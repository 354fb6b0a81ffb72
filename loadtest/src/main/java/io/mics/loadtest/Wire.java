package io.mics.loadtest;

import java.nio.charset.StandardCharsets;

/** The bytes of protobuf and of WebSocket frames, read and written in place without objects. */
final class Wire {
    /** Op code of a binary message, with the FIN bit. */
    static final byte BINARY = (byte) 0x82;
    /** Op code of a close frame, with the FIN bit. */
    static final byte CLOSE = (byte) 0x88;

    static final int VARINT = 0;
    static final int BYTES = 2;

    private Wire() {}

    /** The tag of a field: number and wire type. */
    static int tag(int field, int wireType) {
        return (field << 3) | wireType;
    }

    static int varintSize(long value) {
        return (70 - Long.numberOfLeadingZeros(value | 1)) / 7;
    }

    /** Writes a varint and returns the offset behind it. */
    static int putVarint(byte[] to, int at, long value) {
        while ((value & ~0x7FL) != 0) {
            to[at++] = (byte) ((value & 0x7F) | 0x80);
            value >>>= 7;
        }
        to[at++] = (byte) value;
        return at;
    }

    /** The varint at an offset. A caller moves on by {@link #varintEnd}. */
    static long varint(byte[] from, int at) {
        byte b = from[at];
        if (b >= 0) {
            return b;
        }
        long value = b & 0x7F;
        for (int shift = 7; ; shift += 7) {
            b = from[++at];
            value |= (long) (b & 0x7F) << shift;
            if (b >= 0) {
                return value;
            }
        }
    }

    static int varintEnd(byte[] from, int at) {
        while (from[at] < 0) {
            at++;
        }
        return at + 1;
    }

    /** The offset behind a field's value; {@code at} is the offset behind its tag. */
    static int skip(byte[] from, int at, int wireType) {
        return switch (wireType) {
            case VARINT -> varintEnd(from, at);
            case 1 -> at + 8;
            case BYTES -> varintEnd(from, at) + (int) varint(from, at);
            case 5 -> at + 4;
            default -> throw new IllegalArgumentException("wire type " + wireType);
        };
    }

    /** Writes a length-delimited field and returns the offset behind it. */
    static int putBytes(byte[] to, int at, int field, byte[] value) {
        at = putVarint(to, at, tag(field, BYTES));
        at = putVarint(to, at, value.length);
        System.arraycopy(value, 0, to, at, value.length);
        return at + value.length;
    }

    /** One length-delimited field on its own. */
    static byte[] field(int field, byte[] value) {
        byte[] out = new byte[varintSize(tag(field, BYTES)) + varintSize(value.length) + value.length];
        putBytes(out, 0, field, value);
        return out;
    }

    static byte[] field(int field, String value) {
        return field(field, value.getBytes(StandardCharsets.UTF_8));
    }

    static byte[] varintField(int field, long value) {
        byte[] out = new byte[varintSize(tag(field, VARINT)) + varintSize(value)];
        putVarint(out, putVarint(out, 0, tag(field, VARINT)), value);
        return out;
    }

    static byte[] join(byte[]... parts) {
        int size = 0;
        for (byte[] part : parts) {
            size += part.length;
        }
        byte[] out = new byte[size];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, out, at, part.length);
            at += part.length;
        }
        return out;
    }

    /** The size of a frame header without a mask. */
    static int headerSize(int payload) {
        return payload < 126 ? 2 : payload < 65_536 ? 4 : 10;
    }

    /** Writes an unmasked frame header and returns the offset behind it. */
    static int putHeader(byte[] to, int at, byte opCode, int payload) {
        to[at++] = opCode;
        if (payload < 126) {
            to[at++] = (byte) payload;
        } else if (payload < 65_536) {
            to[at++] = 126;
            to[at++] = (byte) (payload >> 8);
            to[at++] = (byte) payload;
        } else {
            to[at++] = 127;
            for (int shift = 56; shift >= 0; shift -= 8) {
                to[at++] = (byte) ((long) payload >> shift);
            }
        }
        return at;
    }

    /** A frame as a server sends it. */
    static byte[] serverFrame(byte[] payload) {
        byte[] out = new byte[headerSize(payload.length) + payload.length];
        int at = putHeader(out, 0, BINARY, payload.length);
        System.arraycopy(payload, 0, out, at, payload.length);
        return out;
    }

    /** A frame as a client sends it: masked with a key. */
    static byte[] clientFrame(byte opCode, byte[] payload, int key) {
        int header = headerSize(payload.length);
        byte[] out = new byte[header + 4 + payload.length];
        putHeader(out, 0, opCode, payload.length);
        out[1] |= (byte) 0x80;
        for (int i = 0; i < 4; i++) {
            out[header + i] = (byte) (key >> (24 - 8 * i));
        }
        for (int i = 0; i < payload.length; i++) {
            out[header + 4 + i] = (byte) (payload[i] ^ out[header + (i & 3)]);
        }
        return out;
    }
}
