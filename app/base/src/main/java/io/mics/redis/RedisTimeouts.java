package io.mics.redis;

import java.time.Duration;

/**
 * How long to wait for Redis.
 *
 * @param commandTimeout what one command, or one batch, may take until Redis counts as away
 * @param connectTimeout what one connection, handshakes included, may take
 * @param reconnectAfter how long a connection may be of no use until another one replaces it
 * @param echo           time between the messages a subscription sends itself; after three missed ones it is down
 */
public record RedisTimeouts(Duration commandTimeout, Duration connectTimeout, Duration reconnectAfter, Duration echo) {
    /** The usual ones for a command time-out. */
    public static RedisTimeouts of(Duration commandTimeout) {
        return new RedisTimeouts(commandTimeout, Duration.ofSeconds(2), Duration.ofSeconds(5), Duration.ofSeconds(1));
    }
}
