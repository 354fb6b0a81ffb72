package io.mics.routing.redis;

import io.mics.observe.Metrics;
import io.mics.redis.Redis;
import io.mics.routing.Routes;
import io.mics.routing.RoutesContract;
import io.mics.testing.RedisServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

class RedisRoutesTest extends RoutesContract {
    private static final List<AutoCloseable> OPEN = new ArrayList<>();
    private static final List<Redis> NODES = new ArrayList<>();
    private static int next;

    @BeforeAll
    static void start() {
        RedisServer server = RedisServer.running();
        connect(server.uri());
        OPEN.add(server);
    }

    static void connect(String uri) {
        for (int i = 0; i < 2; i++) {
            Redis node = Connections.open(uri);
            NODES.add(node);
            OPEN.add(node);
        }
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
