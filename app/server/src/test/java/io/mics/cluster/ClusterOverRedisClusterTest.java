package io.mics.cluster;

import io.mics.testing.RedisCluster;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;

/** Everything the nodes share is spread over three masters. */
@Tag("engine")
class ClusterOverRedisClusterTest extends ClusterContract {
    private RedisCluster redis;

    @Override
    ThreeNodes start(String limits) throws IOException {
        redis = RedisCluster.start();
        return new ThreeNodes(limits, redis.uri());
    }

    @Override
    @AfterAll
    void stop() throws IOException {
        super.stop();
        redis.close();
    }
}
