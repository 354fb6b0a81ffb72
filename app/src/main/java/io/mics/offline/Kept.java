package io.mics.offline;

/** One kept message, its size in bytes and when it expires, in nanoseconds of the buffer's clock. */
record Kept<T>(T message, int bytes, long expiresNanos) {
    boolean expired(long nanos) {
        return expiresNanos != Long.MAX_VALUE && nanos - expiresNanos >= 0;
    }
}
