package io.mics.routing.redis;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.redis.Redis;
import io.mics.routing.directory.NodeRegistry;
import io.mics.routing.directory.NodeRegistryContract;
import io.mics.routing.link.Peer;
import io.mics.testing.Await;
import io.mics.testing.RedisServer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("engine")
class RedisNodeRegistryTest extends NodeRegistryContract {
    private static RedisServer server;
    private static Redis redis;

    @BeforeAll
    static void start() {
        server = RedisServer.running();
        redis = Connections.open(server.uri());
    }

    @AfterAll
    static void stop() {
        redis.close();
        server.close();
    }

    @Override
    protected NodeRegistry registry() {
        return new RedisNodeRegistry(redis, LEASE);
    }

    @Override
    protected void empty() {
        server.command("FLUSHALL");
    }

    @Override
    protected void pass(Duration time) {
        Connections.sleep(time);
    }

    @Test
    void aNodeThatRedisForgotComesBackUnderItsEpochAndLaterStartsGetLargerOnes() {
        Peer a = join(onA, "a", HERE);
        server.command("FLUSHALL");
        assertThat(renewed(onA.renew(a)).live()).containsExactly(a);
        assertThat(join(onB, "b", THERE).epoch()).isGreaterThan(a.epoch());
    }

    @Test
    void nobodyIsDeadForOneLeaseAfterRedisWasUnavailable() throws IOException {
        Peer a = join(onA, "a", HERE);
        Peer b = join(onB, "b", THERE);
        assertThat(renewed(onA.renew(a)).live()).containsExactly(a, b);
        server.stop();
        Await.until("outage", () -> !redis.available());
        assertThat(onA.renew(a)).isEqualTo(new NodeRegistry.Renewal.Unavailable());
        assertThat(onB.join("c", HERE, false)).isEqualTo(new NodeRegistry.Joining.Unavailable());
        server.start();
        Await.until("recovery", redis::available);
        assertThat(renewed(onA.renew(a))).isEqualTo(new NodeRegistry.Members(List.of(a, b), List.of()));
        pass(LEASE.plusMillis(50));
        assertThat(renewed(onA.renew(a)).live()).containsExactly(a);
        assertThat(renewed(onB.renew(b)).live()).containsExactly(a, b);
    }
}
