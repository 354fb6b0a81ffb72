package io.mics.ws;

import com.google.protobuf.UnsafeByteOperations;
import io.helidon.websocket.WsOpCode;
import io.mics.protocol.CloseCode;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Finds client frames in a byte stream that arrives in pieces of any size. Frames that lie whole in a piece are
 * unmasked in place and never copied. What comes in pieces is collected in a {@link MessageBuffer}: memory follows what
 * has arrived, not what a header announces, and may be taken away, which ends the reading.
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
    private static final VarHandle WORDS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
    private static final byte[] NOTHING = new byte[0];

    private final int maxMessage;
    private final Supplier<MessageBuffer> buffers;
    private final byte[] header = new byte[HEADER_MAX];
    private int headerRead;

    // the frame being read, once its header is complete
    private boolean inFrame;
    private boolean fin;
    private WsOpCode opCode = WsOpCode.BINARY;
    private long frameLength;
    private long frameRead;
    private byte[] control = NOTHING;

    // the message being put together: it is fragmented, or its frame came in pieces
    private boolean fragmented;
    private boolean text;
    private @Nullable MessageBuffer message;
    private boolean oversized;

    private boolean ended;

    /**
     * A reader for messages of at most {@code maxMessage} bytes. It must be {@linkplain #close closed}.
     *
     * @param buffers gives a buffer for each message that does not come whole
     */
    FrameReader(int maxMessage, Supplier<MessageBuffer> buffers) {
        this.maxMessage = maxMessage;
        this.buffers = buffers;
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
            if (frameRead == 0 && available == frameLength && isAlone()) {
                unmask(data, at, available, 0);
                frame(data, at, available, sink);
            } else {
                append(data, at, available);
                if (frameRead == frameLength && !ended) {
                    frame(control, 0, isControl() ? (int) frameLength : 0, sink);
                }
            }
            at += available;
        }
    }

    /** Whether the frame, if it is here, can be used where it is. */
    private boolean isAlone() {
        return isControl() || (fin && !fragmented && !oversized);
    }

    private boolean isControl() {
        return (opCode.code() & 0x8) != 0;
    }

    /** Whether a message has begun that is not whole yet. */
    boolean isUnfinished() {
        return fragmented || (inFrame && !isControl());
    }

    /** Forgets what has come of an unfinished message; nothing more is read. */
    void close() {
        ended = true;
        forget();
    }

    private void forget() {
        MessageBuffer partial = message;
        message = null;
        if (partial != null) {
            partial.clear();
        }
    }

    private int readHeader(byte[] data, int from, int to) {
        int at = from;
        while (at < to && headerRead < headerLength()) {
            header[headerRead++] = data[at++];
        }
        return at;
    }

    /** How long the header is, as far as it is known by now. */
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
        MessageBuffer partial = message;
        if (!control && frameLength + (partial == null ? 0 : partial.length()) > maxMessage) {
            oversized = true;
            forget();
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

    /** Appends a piece of a frame; data frames of a message already too large are skipped. */
    private void append(byte[] data, int at, int length) {
        if (length == 0) {
            return; // only its header is here
        }
        if (isControl()) {
            unmask(data, at, length, (int) frameRead);
            control = frameRead == 0 ? new byte[(int) frameLength] : control;
            System.arraycopy(data, at, control, (int) frameRead, length);
        } else if (!oversized) {
            unmask(data, at, length, (int) frameRead);
            MessageBuffer partial = message == null ? buffers.get() : message;
            message = partial;
            // one that was evicted has closed its session, with a reason
            ended = !partial.add(data, at, length);
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
        control = NOTHING;
    }

    private void dataFrame(byte[] data, int offset, int length, FrameSink sink) {
        if (opCode != WsOpCode.CONTINUATION) {
            text = opCode == WsOpCode.TEXT;
        }
        fragmented = !fin;
        if (!fin) {
            return;
        }
        MessageBuffer partial = message;
        if (oversized) {
            oversized = false;
            sink.tooLarge();
        } else if (partial == null) {
            deliver(data, offset, length, sink);
        } else {
            deliverWhole(partial, sink);
        }
    }

    private void deliverWhole(MessageBuffer partial, FrameSink sink) {
        try {
            byte[] whole = partial.whole();
            ended = partial.isEvicted();
            if (!ended) {
                deliver(whole, 0, whole.length, sink);
            }
        } finally {
            forget();
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
                        && CloseCode.isReceivable((data[offset] & 0xff) << 8 | (data[offset + 1] & 0xff))
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
