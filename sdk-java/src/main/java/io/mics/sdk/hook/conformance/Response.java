package io.mics.sdk.hook.conformance;

import java.nio.charset.StandardCharsets;

/**
 * What came back.
 *
 * @param status    of HTTP
 * @param type      {@code Content-Type}, or empty
 * @param body      all of it
 * @param tookNanos from the request to the last byte
 */
@SuppressWarnings("ArrayRecordComponent") // read once, never compared
record Response(int status, String type, byte[] body, long tookNanos) {
    boolean success() {
        return status / 100 == 2;
    }

    String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    /** Passed when the call was refused as the caller's fault. */
    Finding refused() {
        return Finding.of(status / 100 == 4, "answered " + status + ", not 4xx");
    }

    /** Passed when the call was answered. */
    Finding accepted() {
        return Finding.of(success(), "answered " + status + ", not 2xx");
    }
}
