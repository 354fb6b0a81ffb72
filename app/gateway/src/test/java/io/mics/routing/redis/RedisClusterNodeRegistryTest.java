package io.mics.routing.redis;

import io.mics.redis.Redis;
import io.mics.routing.directory.NodeRegistry;
import io.mics.routing.directory.NodeRegistryContract;
import io.mics.testing.RedisCluster;
import java.time.Duration;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

@Tag("engine")
class RedisClusterNodeRegistryTest extends NodeRegistryContract {
    private static RedisCluster cluster;
    private static Redis redis;

    @BeforeAll
    static void start() {
        cluster = RedisCluster.start();
        redis = Connections.open(cluster.uri());
    }

    @AfterAll
    static void stop() {
        redis.close();
        cluster.close();
    }

    @Override
    protected NodeRegistry registry() {
        return new RedisNodeRegistry(redis, LEASE);
    }

    @Override
    protected void empty() {
        cluster.masters().forEach(master -> master.command("FLUSHALL"));
    }

    @Override
    protected void pass(Duration time) {
        Connections.sleep(time);
    }
}
