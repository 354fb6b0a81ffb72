package io.mics.conversation;

/**
 * What the store answers a reader.
 *
 * @param <T> what was asked for
 */
public sealed interface Reply<T> {
    /** The answer. */
    record Ok<T>(T value) implements Reply<T> {}

    /** There is no such conversation or message for this reader, who must not learn whether it exists. */
    record NotFound<T>() implements Reply<T> {}

    /**
     * It is there, and may not be done.
     *
     * @param reason one of {@link io.mics.protocol.AckReason}
     */
    record Refused<T>(String reason) implements Reply<T> {}

    /**
     * The store did not answer in time; asking again is safe.
     *
     * @param cause for the log
     */
    record Unavailable<T>(String cause) implements Reply<T> {}
}
