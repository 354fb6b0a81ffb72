package io.mics.sdk.hook;

/** What one HTTP call is answered with. */
sealed interface Answer {

    /** 200 and an encoded response. */
    @SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
    record Ok(byte[] body) implements Answer {}

    /** An error status and one line of text, without anything the caller sent. */
    record Refused(int status, String reason) implements Answer {}
}
