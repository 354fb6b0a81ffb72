package io.mics.config;

/** What a plain number under an environment name counts. */
public enum Unit {
    /** Not a time: text, a count, bytes, a flag or JSON. */
    NONE(0),
    MILLISECONDS(1_000_000L),
    SECONDS(1_000_000_000L);

    private final long nanos;

    Unit(long nanos) {
        this.nanos = nanos;
    }

    /** Nanoseconds in one; 0 for what is not a time. */
    long nanos() {
        return nanos;
    }
}
