package io.mics.protocol;

import io.mics.proto.message.v1.MessageType;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of one encoded frame, ready for a socket. Made once and shared by every connection of the same protocol
 * that the frame goes to; nobody may change the bytes.
 */
public final class Payload {
    /** How the transport must mark the frame. */
    public enum Kind {
        BINARY,
        TEXT,
        /** The transport's own keep-alive, invisible to the application. */
        PING,
        PONG
    }

    private static final int OBJECTS = 160;

    private final byte[] bytes;
    private final Kind kind;
    private final @Nullable Delivery delivery;

    Payload(byte[] bytes, Kind kind, @Nullable Delivery delivery) {
        this.bytes = bytes;
        this.kind = kind;
        this.delivery = delivery;
    }

    /** A transport-level ping. */
    public static Payload ping() {
        return new Payload(new byte[0], Kind.PING, null);
    }

    /** The answer to a transport-level ping. */
    public static Payload pong(byte[] echoed) {
        return new Payload(echoed, Kind.PONG, null);
    }

    public byte[] bytes() {
        return bytes;
    }

    public int length() {
        return bytes.length;
    }

    public Kind kind() {
        return kind;
    }

    /**
     * Bytes of memory that a queue holding this frame holds: the frame, objects around it and, where no other queue
     * shares it, the message it was made from.
     */
    public long retained() {
        long frame = (long) OBJECTS + bytes.length;
        Delivery from = delivery;
        return from == null || from.message().getMsgType() == MessageType.GROUP_CHAT
                ? frame
                : frame + from.message().getMsgBody().size();
    }

    /** The message in this frame, or null for a frame that carries none. */
    public @Nullable Delivery delivery() {
        return delivery;
    }
}
