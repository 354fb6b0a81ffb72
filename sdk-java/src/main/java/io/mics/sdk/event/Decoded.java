package io.mics.sdk.event;

/** What became of a record. */
sealed interface Decoded {
    record Genuine(Event event) implements Decoded {}

    record Unusable(Rejected rejected) implements Decoded {}
}
