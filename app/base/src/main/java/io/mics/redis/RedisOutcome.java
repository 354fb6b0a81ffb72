package io.mics.redis;

/** What came of asking Redis. */
public sealed interface RedisOutcome<T> {
    /** It answered. */
    record Value<T>(T value) implements RedisOutcome<T> {}

    /** It did not answer in time, is not connected, or takes no such command now. It may have done it all the same. */
    record Unavailable<T>(String cause) implements RedisOutcome<T> {}
}
