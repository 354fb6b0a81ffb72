package io.mics.routing.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.redis.Redis;
import io.mics.redis.RedisAddress;
import io.mics.redis.RedisTimeouts;
import io.mics.routing.directory.TenantRates;
import io.mics.routing.directory.TenantRates.Demand;
import io.mics.routing.directory.TenantRates.Total;
import io.mics.routing.link.Peer;
import io.mics.testing.Await;
import io.mics.testing.RedisServer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("engine")
class RedisTenantRatesTest {
    private static final Peer A = new Peer("a", 1, "127.0.0.1:1");
    private static final Peer B = new Peer("b", 2, "127.0.0.1:2");

    private static Redis open(RedisServer server) {
        return Redis.open(
                ((RedisAddress.Parsed.Valid) RedisAddress.parse(server.uri())).address(),
                RedisTimeouts.of(Duration.ofMillis(500)));
    }

    @Test
    void sumsWhatLiveNodesSaidForEachTenant() throws Exception {
        try (RedisServer server = RedisServer.running();
                Redis redis = open(server)) {
            TenantRates rates = new RedisTenantRates(redis, Duration.ofMinutes(1));
            assertThat(rates.exchange(A, List.of(new Demand("t1", 30), new Demand("t2", 5))))
                    .contains(List.of(new Total(30, 1), new Total(5, 1)));
            assertThat(rates.exchange(B, List.of(new Demand("t1", 12)))).contains(List.of(new Total(42, 2)));
            assertThat(rates.exchange(A, List.of(new Demand("t1", 1)))).contains(List.of(new Total(13, 2)));
            assertThat(rates.exchange(A, List.of())).contains(List.of());
        }
    }

    @Test
    void forgetsWhoSaysNothingMore() throws Exception {
        try (RedisServer server = RedisServer.running();
                Redis redis = open(server)) {
            TenantRates rates = new RedisTenantRates(redis, Duration.ofMinutes(1));
            new RedisTenantRates(redis, Duration.ofMillis(1)).exchange(A, List.of(new Demand("t1", 30)));
            // by the clock of Redis, which counts milliseconds
            Await.until(
                    "only its own is left",
                    () -> rates.exchange(B, List.of(new Demand("t1", 12)))
                            .equals(Optional.of(List.of(new Total(12, 1)))));
        }
    }

    @Test
    void saysNothingWhenRedisIsUnavailable() throws Exception {
        try (RedisServer server = RedisServer.running();
                Redis redis = open(server)) {
            server.stop();
            assertThat(new RedisTenantRates(redis, Duration.ofMinutes(1)).exchange(A, List.of(new Demand("t1", 1))))
                    .isEmpty();
        }
    }
}
