package io.mics.event.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.proto.hook.v1.EventType;
import io.mics.proto.message.v1.ConnectAck;
import io.mics.sdk.testing.KafkaBroker;
import io.mics.testing.Await;
import io.mics.testing.HeldAuth;
import io.mics.testing.RawClient;
import io.mics.testing.RedisServer;
import io.mics.testing.node.TestGateway;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What a tenant reads of a device that reconnects, on one node and over two. */
@Timeout(120)
@Tag("engine")
class KafkaPresenceTest {
    private static final int HOPS = 12;

    @Test
    void theEndOfAReplacedSessionComesBeforeTheBeginOfTheNewOneOnWhicheverNode() throws Exception {
        List<TestGateway> nodes = new ArrayList<>();
        List<RawClient> clients = new ArrayList<>();
        try (KafkaBroker broker = KafkaBroker.running();
                RedisServer redis = RedisServer.running();
                HeldAuth backend = new HeldAuth()) {
            try {
                for (int i = 1; i <= 2; i++) {
                    nodes.add(node("node-" + i, backend, redis, broker));
                }
                for (int i = 0; i < HOPS; i++) {
                    // node 1, 1, 2, 2, 1, 1, …
                    clients.add(RawClient.connect(nodes.get(i / 2 % 2).port(), "t1", "u" + i / 3, "phone"));
                    // two producers know nothing of each other
                    Await.until(
                            "published",
                            () -> nodes.getFirst().metric("mics_mq_queued")
                                            + nodes.getLast().metric("mics_mq_queued")
                                    == 0);
                }
                List<ConsumerRecord<String, byte[]>> records =
                        Topic.read(broker.bootstrapServers(), "im-mics-t1-event", HOPS + HOPS / 3 * 2);
                for (int user = 0; user < HOPS / 3; user++) {
                    assertAlternates(records, "u" + user);
                }
            } finally {
                for (RawClient client : clients) {
                    client.close();
                }
                nodes.forEach(TestGateway::close);
            }
        }
    }

    private static String node(ConsumerRecord<String, byte[]> record) throws Exception {
        return ConnectAck.parseFrom(Topic.event(record).getEventData()).getNodeId();
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
                    kafka: {bootstrap-servers: "%s"}
                    """.formatted(link, link, redis.uri(), broker.bootstrapServers()));
    }

    /** Three sessions that replaced each other: online, offline of the same, online of the next, …, the last online. */
    private static void assertAlternates(List<ConsumerRecord<String, byte[]>> all, String user) throws Exception {
        List<ConsumerRecord<String, byte[]>> records =
                all.stream().filter(record -> record.key().equals(user)).toList();
        assertThat(records)
                .extracting(record -> Topic.event(record).getEventType())
                .containsExactly(
                        EventType.CONNECT_ONLINE,
                        EventType.CONNECT_OFFLINE,
                        EventType.CONNECT_ONLINE,
                        EventType.CONNECT_OFFLINE,
                        EventType.CONNECT_ONLINE);
        for (int i = 0; i < records.size() - 1; i += 2) {
            ConsumerRecord<String, byte[]> online = records.get(i);
            ConsumerRecord<String, byte[]> offline = records.get(i + 1);
            assertThat(Topic.header(offline, "mics-session-id"))
                    .matches("node-[12]-\\d+-\\d+")
                    .isEqualTo(Topic.header(online, "mics-session-id"));
            assertThat(node(offline)).isEqualTo(node(online));
        }
    }
}
