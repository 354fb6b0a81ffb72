package io.mics.routing.redis;

import io.mics.observe.Metrics;
import io.mics.redis.Redis;
import io.mics.routing.directory.Routes;
import io.mics.routing.directory.RoutesContract;
import io.mics.testing.RedisCluster;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;

@Tag("engine")
class RedisClusterRoutesTest extends RoutesContract {
    private static final List<AutoCloseable> OPEN = new ArrayList<>();
    private static final List<Redis> NODES = new ArrayList<>();
    private static int next;

    @BeforeAll
    static void start() {
        RedisCluster cluster = RedisCluster.start();
        for (int i = 0; i < 2; i++) {
            Redis node = Connections.open(cluster.uri());
            NODES.add(node);
            OPEN.add(node);
        }
        OPEN.add(cluster);
    }

    @AfterAll
    static void stop() throws Exception {
        for (AutoCloseable open : OPEN) {
            open.close();
        }
        OPEN.clear();
        NODES.clear();
    }

    @Override
    protected Routes routes() {
        return new RedisRoutes(NODES.get(next++ % 2), new Metrics(), Duration.ofSeconds(30), REMEMBERED);
    }

    @Override
    protected void pass(Duration time) {
        Connections.sleep(time);
    }
}
