package io.mics.loadtest.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.Jedis;
import redis.embedded.RedisServer;

@Tag("engine")
class RedisDumpTest {
    private final int port = GatewayProcess.freePort();
    private RedisServer server;

    @BeforeEach
    void start() throws IOException {
        server = new RedisServer(port);
        server.start();
    }

    @AfterEach
    void stop() throws IOException {
        server.stop();
    }

    @Test
    void findsATextInEveryKindOfValueAndInTheKeyItself() {
        String value = "x".repeat(500) + "#planted" + "y".repeat(500);
        try (Jedis redis = new Jedis("127.0.0.1", port)) {
            redis.set("string", value);
            redis.hset("hash", "field", value);
            redis.sadd("set", value);
            redis.rpush("list", "a", value);
            redis.zadd("zset", 1, value);
            redis.set("key#planted", "");
            redis.set("clean", "x");
        }
        assertThat(RedisDump.keysWith("#planted", port)).hasSize(6).noneMatch(found -> found.contains("clean"));
        assertThat(RedisDump.keys(port)).isEqualTo(7);
    }
}
