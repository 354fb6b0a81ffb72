package io.mics.redis;

/** What came of asking Redis. */
public sealed interface Outcome<T> {
    /** It answered. */
    record Got<T>(T value) implements Outcome<T> {}

    /** It did not answer in time, is not connected, or takes no such command now. It may have done it all the same. */
    record Away<T>(String cause) implements Outcome<T> {}
}
