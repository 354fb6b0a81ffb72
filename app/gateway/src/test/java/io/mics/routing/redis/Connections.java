package io.mics.routing.redis;

import io.mics.redis.Redis;
import io.mics.redis.RedisAddress;
import io.mics.redis.RedisTimeouts;
import java.time.Duration;

/** Connections for tests, patient with a busy machine. */
final class Connections {
    private static final RedisTimeouts SETTINGS = new RedisTimeouts(
            Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofSeconds(5), Duration.ofMillis(200));

    private Connections() {}

    static Redis open(String uri) {
        return Redis.open(address(uri), SETTINGS);
    }

    static RedisAddress address(String uri) {
        return switch (RedisAddress.parse(uri)) {
            case RedisAddress.Parsed.Valid valid -> valid.address();
            case RedisAddress.Parsed.Invalid invalid -> throw new AssertionError(invalid.what());
        };
    }

    /** For what Redis counts by its own clock. */
    static void sleep(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
