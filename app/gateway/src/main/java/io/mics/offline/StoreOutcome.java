package io.mics.offline;

/** What became of a message that was to be buffered. */
public sealed interface StoreOutcome {
    record Stored() implements StoreOutcome {}

    /** There is no buffer for it, or it is larger than the buffer. */
    record Refused(String reason) implements StoreOutcome {}
}
