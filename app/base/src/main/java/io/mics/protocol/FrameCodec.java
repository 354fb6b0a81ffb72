package io.mics.protocol;

/** Reads and writes the frames of one protocol. Safe on any thread. */
public interface FrameCodec {
    /** Reads one whole message of a client; malformed input is a result, never an exception. */
    InboundFrame decode(byte[] data, int offset, int length);

    /** Whether the protocol's frames are text. */
    boolean text();

    /** The encoded form of {@code frame}. */
    byte[] bytes(OutboundFrame frame);

    /** The encoded form of {@code frame}; a delivery's is made once and shared. */
    default Payload encode(OutboundFrame frame) {
        return frame instanceof Delivery delivery
                ? delivery.payload(this)
                : new Payload(bytes(frame), text() ? Payload.Kind.TEXT : Payload.Kind.BINARY, null);
    }

    /** The answer to a message of the wrong kind: text where binary is expected, or the reverse. */
    InboundFrame wrongKind();
}
