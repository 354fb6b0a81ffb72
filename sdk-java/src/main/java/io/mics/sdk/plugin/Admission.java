package io.mics.sdk.plugin;

/** Whether a connection may go on. */
public sealed interface Admission {
    /** It may, as far as this hook is concerned. */
    record Allow() implements Admission {}

    /**
     * It may not: no later hook is asked, and it is closed with 4001.
     *
     * @param message the reason of the close frame, of which 123 bytes of UTF-8 reach the client
     */
    record Deny(String message) implements Admission {}
}
