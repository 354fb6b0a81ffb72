package io.mics.redis;

import java.time.Duration;

/** One look at a Redis, for whoever wants to know whether it will do. */
public final class RedisCheckup {
    private static final Duration COMMAND_TIMEOUT = Duration.ofSeconds(2);

    private RedisCheckup() {}

    /**
     * What Redis says of itself; of a cluster, one node.
     *
     * @param timeMillis     its clock, in milliseconds since 1970-01-01 UTC
     * @param role           {@code master} or {@code slave}
     * @param maxMemory      bytes it may use; 0 is unlimited
     * @param evictionPolicy what it does when it is full
     */
    public record Facts(long timeMillis, String version, String role, long maxMemory, String evictionPolicy) {}

    /** Asks the Redis at {@code address}; blocks a few seconds at most. */
    public static RedisOutcome<Facts> of(RedisAddress address) {
        try (Redis redis = Redis.open(address, RedisTimeouts.of(COMMAND_TIMEOUT))) {
            return switch (redis.evaluate(Call.of(Script.DESCRIBE_SERVER, RedisKeys.echo("checkup")))) {
                case RedisOutcome.Value<RedisReply> value -> {
                    Facts facts = facts(value.value());
                    // a replica says so itself; a master may be full or unable to write its file
                    yield redis.available() || !facts.role().equals("master")
                            ? new RedisOutcome.Value<>(facts)
                            : new RedisOutcome.Unavailable<>(
                                    redis.unavailableCause().orElse("takes no writes"));
                }
                case RedisOutcome.Unavailable<RedisReply> unavailable ->
                    new RedisOutcome.Unavailable<>(redis.unavailableCause().orElse(unavailable.cause()));
            };
        }
    }

    private static Facts facts(RedisReply reply) {
        return new Facts(reply.number(0), reply.text(1), reply.text(2), reply.number(3), reply.text(4));
    }
}
