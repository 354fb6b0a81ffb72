package io.mics.ws;

import io.helidon.websocket.WsOpCode;
import io.mics.protocol.CloseCode;
import io.mics.protocol.Payload;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Puts server frames, never masked, one after the other into one array for one write. */
final class FrameWriter {
    private static final int FIN = 0x80;
    private static final int LENGTH_7_MAX = 125;
    private static final int LENGTH_16_MAX = 0xffff;
    private static final int REASON_MAX = 123;

    private FrameWriter() {}

    /** All {@code frames}, joined. */
    static byte[] join(List<Payload> frames) {
        int size = 0;
        for (Payload frame : frames) {
            size += headerLength(frame.length()) + frame.length();
        }
        byte[] out = new byte[size];
        int at = 0;
        for (Payload frame : frames) {
            byte[] bytes = frame.bytes();
            at = header(out, at, opCode(frame.kind()), bytes.length);
            System.arraycopy(bytes, 0, out, at, bytes.length);
            at += bytes.length;
        }
        return out;
    }

    /** What goes before the bytes of {@code frame}. */
    static byte[] header(Payload frame) {
        byte[] out = new byte[headerLength(frame.length())];
        int unused = header(out, 0, opCode(frame.kind()), frame.length());
        return out;
    }

    /** A close frame; a reason that is too long is cut. */
    static byte[] close(CloseCode code, String reason) {
        byte[] utf8 = reason.getBytes(StandardCharsets.UTF_8);
        int length = utf8.length;
        if (length > REASON_MAX) {
            length = REASON_MAX;
            while ((utf8[length] & 0xc0) == 0x80) {
                length--;
            }
        }
        byte[] out = new byte[4 + length];
        int at = header(out, 0, WsOpCode.CLOSE, 2 + length);
        out[at++] = (byte) (code.code() >>> 8);
        out[at++] = (byte) code.code();
        System.arraycopy(utf8, 0, out, at, length);
        return out;
    }

    private static WsOpCode opCode(Payload.Kind kind) {
        return switch (kind) {
            case BINARY -> WsOpCode.BINARY;
            case TEXT -> WsOpCode.TEXT;
            case PING -> WsOpCode.PING;
            case PONG -> WsOpCode.PONG;
        };
    }

    private static int headerLength(int length) {
        return length <= LENGTH_7_MAX ? 2 : length <= LENGTH_16_MAX ? 4 : 10;
    }

    private static int header(byte[] out, int from, WsOpCode opCode, int length) {
        int at = from;
        out[at++] = (byte) (FIN | opCode.code());
        if (length <= LENGTH_7_MAX) {
            out[at++] = (byte) length;
            return at;
        }
        boolean small = length <= LENGTH_16_MAX;
        out[at++] = (byte) (small ? LENGTH_7_MAX + 1 : LENGTH_7_MAX + 2);
        for (int shift = small ? 8 : 56; shift >= 0; shift -= 8) {
            out[at++] = (byte) ((long) length >>> shift);
        }
        return at;
    }

    /** What to write for these frames: one too large to be joined with others is not copied for its header's sake. */
    static List<byte[]> parts(List<Payload> frames, int joinedBytes) {
        return frames.size() == 1 && frames.getFirst().length() > joinedBytes
                ? List.of(header(frames.getFirst()), frames.getFirst().bytes())
                : List.of(join(frames));
    }
}
