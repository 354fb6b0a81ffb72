package io.mics.ws;

import io.mics.protocol.CloseCode;

/** What a {@link FrameReader} finds in a byte stream. The arrays belong to the reader again when a call returns. */
interface FrameSink {
    /** A whole message, unmasked and, where fragmented, put together. */
    void message(boolean text, byte[] data, int offset, int length);

    /** A message over the limit was read to its end and thrown away. */
    void tooLarge();

    void ping(byte[] payload);

    void pong();

    /** The peer wants to close. */
    void close();

    /** The stream is no longer WebSocket; nothing after it is read. */
    void violation(CloseCode code, String reason);
}
