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
    public static Outcome<Facts> of(RedisAddress address) {
        try (Redis redis = Redis.open(address, RedisTimeouts.of(COMMAND_TIMEOUT))) {
            return switch (redis.evaluate(Call.of(Script.DESCRIBE_SERVER, RedisKeys.echo("checkup")))) {
                case Outcome.Got<Answer> got -> new Outcome.Got<>(facts(got.value()));
                case Outcome.Away<Answer> away ->
                    new Outcome.Away<>(redis.awayBecause().orElse(away.cause()));
            };
        }
    }

    private static Facts facts(Answer answer) {
        return new Facts(answer.number(0), answer.text(1), answer.text(2), answer.number(3), answer.text(4));
    }
}
