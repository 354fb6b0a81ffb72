package io.mics.ws;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;

/** Client frames, masked, well-formed or not as the test wants them. */
final class ClientFrames {
    private static final byte[] MASK = {0x11, 0x22, 0x33, 0x44};

    private ClientFrames() {}

    static byte[] frame(int firstByte, byte[] payload) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(firstByte);
        out.writeBytes(length(payload.length, true));
        out.writeBytes(MASK);
        for (int i = 0; i < payload.length; i++) {
            out.write(payload[i] ^ MASK[i & 3]);
        }
        return out.toByteArray();
    }

    static byte[] binary(byte[] payload) {
        return frame(0x82, payload);
    }

    static byte[] text(byte[] payload) {
        return frame(0x81, payload);
    }

    /** Only a header that announces {@code length} bytes. */
    static byte[] header(int firstByte, long length) {
        return ByteBuffer.allocate(14)
                .put((byte) firstByte)
                .put((byte) (0x80 | 127))
                .putLong(length)
                .put(MASK)
                .array();
    }

    static byte[] join(byte[]... parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            out.writeBytes(part);
        }
        return out.toByteArray();
    }

    private static byte[] length(int length, boolean masked) {
        int mask = masked ? 0x80 : 0;
        if (length < 126) {
            return new byte[] {(byte) (mask | length)};
        }
        if (length < 65_536) {
            return new byte[] {(byte) (mask | 126), (byte) (length >>> 8), (byte) length};
        }
        return ByteBuffer.allocate(9).put((byte) (mask | 127)).putLong(length).array();
    }
}
