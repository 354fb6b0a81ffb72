package io.mics.ws;

import com.google.protobuf.UnsafeByteOperations;
import io.helidon.websocket.WsOpCode;
import io.mics.protocol.CloseCode;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Finds client frames in a byte stream that arrives in pieces of any size. Frames that lie whole in a piece are
 * unmasked in place and never copied. Memory follows what has arrived, not what a header announces.
 */
final class FrameReader {
    private static final int HEADER_MAX = 14;
    private static final int CONTROL_MAX = 125;
    private static final int FIN = 0x80;
    private static final int RESERVED = 0x70;
    private static final int OPCODE = 0x0f;
    private static final int MASKED = 0x80;
    private static final int LENGTH_16 = 126;
    private static final int LENGTH_64 = 127;
    private static final int BUFFER_MIN = 512;
    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final byte[] NOTHING = new byte[0];

    private final int maxMessage;
    private final byte[] header = new byte[HEADER_MAX];
    private int headerRead;

    // the frame being read, once its header is complete
    private boolean inFrame;
    private boolean fin;
    private WsOpCode opCode = WsOpCode.BINARY;
    private long frameLength;
    private long frameRead;
    private byte[] partial = NOTHING;

    // the fragmented message being put together
    private boolean fragmented;
    private boolean text;
    private byte[] message = NOTHING;
    private int messageLength;
    private boolean oversized;

    private boolean ended;

    /** A reader for messages of at most {@code maxMessage} bytes. */
    FrameReader(int maxMessage) {
        this.maxMessage = maxMessage;
    }

    /** Reads a piece of the stream; {@code data} is changed. Nothing is read after a close frame or a violation. */
    void feed(byte[] data, int from, int to, FrameSink sink) {
        int at = from;
        while (!ended && (at < to || (inFrame && frameRead == frameLength))) {
            if (!inFrame) {
                at = readHeader(data, at, to);
                if (headerRead < headerLength()) {
                    return;
                }
                if (!begin(sink)) {
                    return;
                }
            }
            int available = (int) Math.min(to - at, frameLength - frameRead);
            if (frameRead == 0 && available == frameLength && !skipping()) {
                unmask(data, at, available, 0);
                frame(data, at, available, sink);
            } else {
                keep(data, at, available);
                if (frameRead == frameLength) {
                    frame(partial, 0, (int) (skipping() ? 0 : frameLength), sink);
                }
            }
            at += available;
        }
    }

    /** Whether a message has begun that is not whole yet. */
    boolean isUnfinished() {
        return fragmented || (inFrame && (opCode.code() & 0x8) == 0);
    }

    private int readHeader(byte[] data, int from, int to) {
        int at = from;
        while (at < to && headerRead < headerLength()) {
            header[headerRead++] = data[at++];
        }
        return at;
    }

    /** How long the header is, as far as it can be told by now. */
    private int headerLength() {
        if (headerRead < 2) {
            return 2;
        }
        int mask = (header[1] & MASKED) != 0 ? 4 : 0;
        return switch (header[1] & 0x7f) {
            case LENGTH_16 -> 4 + mask;
            case LENGTH_64 -> 10 + mask;
            default -> 2 + mask;
        };
    }

    private boolean begin(FrameSink sink) {
        int code = header[0] & OPCODE;
        boolean control = (code & 0x8) != 0;
        fin = (header[0] & FIN) != 0;
        frameLength = announcedLength();
        if ((header[0] & RESERVED) != 0) {
            return violate(sink, CloseCode.PROTOCOL_ERROR, "reserved bits set");
        }
        if (code > 0xa || (code > 2 && code < 8)) {
            return violate(sink, CloseCode.PROTOCOL_ERROR, "unknown op code");
        }
        if ((header[1] & MASKED) == 0) {
            return violate(sink, CloseCode.PROTOCOL_ERROR, "frame not masked");
        }
        if (control && (frameLength < 0 || frameLength > CONTROL_MAX || !fin)) {
            return violate(sink, CloseCode.PROTOCOL_ERROR, "invalid control frame");
        }
        if (frameLength < 0 || frameLength > 4L * maxMessage) {
            return violate(sink, CloseCode.TOO_BIG, "frame too large");
        }
        opCode = WsOpCode.get(code);
        if (!control && (opCode == WsOpCode.CONTINUATION) != fragmented) {
            return violate(sink, CloseCode.PROTOCOL_ERROR, "unexpected continuation");
        }
        if (!control && frameLength + messageLength > maxMessage) {
            oversized = true;
        }
        inFrame = true;
        frameRead = 0;
        return true;
    }

    private long announcedLength() {
        int length = header[1] & 0x7f;
        if (length < LENGTH_16) {
            return length;
        }
        long value = 0;
        for (int i = 2; i < (length == LENGTH_16 ? 4 : 10); i++) {
            value = value << 8 | (header[i] & 0xff);
        }
        return value;
    }

    /** Data frames of a message already too large are read over. */
    private boolean skipping() {
        return oversized && (opCode.code() & 0x8) == 0;
    }

    private void keep(byte[] data, int at, int length) {
        if (!skipping()) {
            int have = (int) frameRead;
            if (partial.length < have + length) {
                long wanted = Math.max(BUFFER_MIN, Math.max(have + length, 2L * partial.length));
                partial = Arrays.copyOf(partial, (int) Math.min(wanted, Math.max(frameLength, have + length)));
            }
            System.arraycopy(data, at, partial, have, length);
            unmask(partial, have, length, have);
        }
        frameRead += length;
    }

    /** Eight bytes at a time: this is the only work done on every byte of a message. */
    private void unmask(byte[] data, int offset, int length, int position) {
        long mask = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            mask = mask << 8 | (header[headerRead - 4 + (position + i & 3)] & 0xff);
        }
        int i = offset;
        int end = offset + length;
        for (; i <= end - Long.BYTES; i += Long.BYTES) {
            WORDS.set(data, i, (long) WORDS.get(data, i) ^ mask);
        }
        for (int shift = 56; i < end; i++, shift -= 8) {
            data[i] ^= (byte) (mask >>> shift);
        }
    }

    private void frame(byte[] data, int offset, int length, FrameSink sink) {
        inFrame = false;
        headerRead = 0;
        switch (opCode) {
            case PING -> sink.ping(Arrays.copyOfRange(data, offset, offset + length));
            case PONG -> sink.pong();
            case CLOSE -> closeFrame(data, offset, length, sink);
            case TEXT, BINARY, CONTINUATION -> dataFrame(data, offset, length, sink);
        }
        partial = NOTHING;
    }

    private void dataFrame(byte[] data, int offset, int length, FrameSink sink) {
        if (opCode != WsOpCode.CONTINUATION) {
            text = opCode == WsOpCode.TEXT;
        }
        if (fin && !fragmented && !oversized) {
            deliver(data, offset, length, sink);
            return;
        }
        if (!oversized) {
            if (message.length < messageLength + length) {
                message = Arrays.copyOf(message, Math.max(messageLength + length, 2 * message.length));
            }
            System.arraycopy(data, offset, message, messageLength, length);
            messageLength += length;
        }
        fragmented = !fin;
        if (!fin) {
            return;
        }
        boolean dropped = oversized;
        byte[] whole = message;
        int wholeLength = messageLength;
        message = NOTHING;
        messageLength = 0;
        oversized = false;
        if (dropped) {
            sink.tooLarge();
        } else {
            deliver(whole, 0, wholeLength, sink);
        }
    }

    private void deliver(byte[] data, int offset, int length, FrameSink sink) {
        if (text && !isUtf8(data, offset, length)) {
            violate(sink, CloseCode.INVALID_TEXT, "invalid UTF-8");
            return;
        }
        sink.message(text, data, offset, length);
    }

    private void closeFrame(byte[] data, int offset, int length, FrameSink sink) {
        ended = true;
        boolean valid = length == 0
                || (length >= 2
                        && CloseCode.isReceivable((data[offset] & 0xff) << 8 | data[offset + 1] & 0xff)
                        && isUtf8(data, offset + 2, length - 2));
        if (valid) {
            sink.close();
        } else {
            sink.violation(CloseCode.PROTOCOL_ERROR, "invalid close frame");
        }
    }

    private boolean violate(FrameSink sink, CloseCode code, String reason) {
        ended = true;
        sink.violation(code, reason);
        return false;
    }

    private static boolean isUtf8(byte[] data, int offset, int length) {
        return UnsafeByteOperations.unsafeWrap(data, offset, length).isValidUtf8();
    }
}
