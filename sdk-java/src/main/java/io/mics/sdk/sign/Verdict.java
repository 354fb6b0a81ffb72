package io.mics.sdk.sign;

/** What checking a signature found. Only {@link Genuine} may be acted upon. */
public sealed interface Verdict {

    /** The sign is the one this secret makes, and the time is within the window, if one is set. */
    record Genuine() implements Verdict {}

    /** The sign is missing, or another secret or another payload made it. */
    record Forged() implements Verdict {}

    /**
     * The sign is right, but the request was made too long ago or too far ahead: perhaps replayed, perhaps a wrong
     * clock.
     *
     * @param skewMs this machine's clock minus the request's, in milliseconds
     */
    record Stale(long skewMs) implements Verdict {}

    /** Whether this is {@link Genuine}. */
    default boolean genuine() {
        return this instanceof Genuine;
    }
}
