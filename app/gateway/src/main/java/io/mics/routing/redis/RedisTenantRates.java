package io.mics.routing.redis;

import io.mics.redis.Call;
import io.mics.redis.Redis;
import io.mics.redis.RedisOutcome;
import io.mics.redis.RedisReply;
import io.mics.routing.directory.TenantRates;
import io.mics.routing.link.Peer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Each tenant's rates in a hash of its own; one pipelined round trip for all tenants of a node. */
public final class RedisTenantRates implements TenantRates {
    private final Redis redis;
    private final String valid;

    /** Rates in {@code redis}; what a node reported counts for {@code valid}. */
    public RedisTenantRates(Redis redis, Duration valid) {
        this.redis = redis;
        this.valid = Long.toString(valid.toMillis());
    }

    @Override
    public Optional<List<Total>> exchange(Peer self, List<Demand> demands) {
        List<Call> calls = demands.stream()
                .map(demand -> Call.of(
                        DirectoryScripts.SHARE_RATE,
                        DirectoryKeys.rates(demand.tenant()),
                        Long.toString(self.epoch()),
                        Long.toString(demand.perSecond()),
                        valid))
                .toList();
        return redis.evaluateAll(calls) instanceof RedisOutcome.Value<List<RedisReply>> value
                ? Optional.of(value.value().stream()
                        .map(reply -> new Total(reply.number(0), (int) reply.number(1)))
                        .toList())
                : Optional.empty();
    }
}
