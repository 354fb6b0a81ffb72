package io.mics.offline;

/** One buffered message, its size in bytes and when it expires, in nanoseconds of the buffer's clock. */
record BufferedMessage<T>(T message, int bytes, long expiresNanos) {
    boolean expired(long nanos) {
        return expiresNanos != Long.MAX_VALUE && nanos - expiresNanos >= 0;
    }
}
