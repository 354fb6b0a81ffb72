package io.mics.event.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.concurrent.CriticalThreads;
import io.mics.concurrent.ErrorPlanting;
import io.mics.sdk.testing.KafkaBroker;
import io.mics.testing.Await;
import io.mics.testing.HeldAuth;
import io.mics.testing.RawClient;
import io.mics.testing.RedisServer;
import io.mics.testing.node.TestGateway;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Every vital thread that nodes with a Redis and a Kafka start, and what becomes of the node when one dies. */
@Timeout(180)
@Tag("engine")
class KafkaNodeThreadsTest {
    /** Take no interrupts, and die of their error only when their node is closed. */
    private static final List<String> UNINTERRUPTED = List.of("mics-wheel", "http-deadlines", "mics-hooks-");

    @Test
    void anErrorInAnyVitalThreadEndsTheProcessAndUntilThenTheNodeIsNotReady() throws Exception {
        try (ErrorPlanting planting = ErrorPlanting.begin();
                KafkaBroker broker = KafkaBroker.running();
                RedisServer redis = RedisServer.running();
                HeldAuth backend = new HeldAuth();
                TestGateway second = node("node-2", backend, redis, broker)) {
            try (TestGateway first = node("node-1", backend, redis, broker);
                    RawClient a = RawClient.connect(first.port(), "t1", "a", "d1");
                    RawClient b = RawClient.connect(second.port(), "t1", "b", "d1")) {
                assertThat(a.sendAcked("b", "1", "hi").getMsgId()).isEqualTo("1");
                Await.until("a link each", () -> planting.names().contains("link-reconnector-node-1"));
                // no topic takes the events, so that their worker goes on
                assertThat(planting.names())
                        .contains("events-t1", "kafka-watch", "mics-hooks-delivery", "mics-hooks-retry")
                        .contains("cluster-sweep", "membership", "presence", "rate-shares", "redis-subscription")
                        .contains("link-watch", "link-reconnector-node-2", "config-reload", "hook-overrides")
                        .contains("mics-wheel", "http-deadlines");
                assertThat(b.handshake()).contains("101");
                for (String name : planting.names()) {
                    if (UNINTERRUPTED.stream().noneMatch(name::startsWith)) {
                        planting.plantIn(name);
                        assertLost(first, planting, name);
                    }
                }
                UNINTERRUPTED.forEach(planting::plantAtTheEndOf);
            }
            for (String name : UNINTERRUPTED) {
                // one process: what one node lost, the other says, too
                Await.until(
                        "lost " + name, () -> CriticalThreads.lost().orElse("").contains(name));
                assertThat(second.get("/readyz").statusCode()).isEqualTo(503);
            }
            assertThat(planting.takeLines()).hasSizeGreaterThanOrEqualTo(UNINTERRUPTED.size());
        }
    }

    private static void assertLost(TestGateway node, ErrorPlanting planting, String name) throws IOException {
        assertThat(planting.takeLines()).isNotEmpty().allMatch(line -> line.contains("thread " + name + ","));
        var ready = node.get("/readyz");
        assertThat(ready.statusCode()).as(name).isEqualTo(503);
        assertThat(ready.body()).contains(name + ": java.lang.OutOfMemoryError: planted");
        CriticalThreads.forgetLost();
        assertThat(node.get("/readyz").body()).doesNotContain("threads ended");
    }

    private static TestGateway node(String name, HeldAuth backend, RedisServer redis, KafkaBroker broker) {
        int link = RedisServer.freePort();
        return TestGateway.startNode(
                name, backend.tenants(""), """
                    grpc-port: %d
                    public-endpoint: 127.0.0.1:%d
                    drain-timeout: 500ms
                    redis: {uri: "%s"}
                    cluster: {token: between-us-and-nobody-else}
                    kafka: {bootstrap-servers: "%s", create-topics: false}
                    """.formatted(link, link, redis.uri(), broker.bootstrapServers()));
    }
}
