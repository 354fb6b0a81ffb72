package io.mics.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.mics.proto.message.v1.AckLevel;
import io.mics.proto.message.v1.AckStatus;
import io.mics.proto.message.v1.ClientFrame;
import io.mics.proto.message.v1.MessageAck;
import io.mics.proto.message.v1.MessageDelivery;
import io.mics.proto.message.v1.SendMessage;
import io.mics.proto.message.v1.ServerFrame;
import io.mics.proto.message.v1.SyncRequest;
import io.mics.sdk.hook.example.BackendSettings;
import io.mics.sdk.hook.example.ExampleBackend;
import io.mics.sdk.testing.KafkaBroker;
import io.mics.testing.Await;
import io.mics.testing.PostgresServer;
import io.mics.testing.RawClient;
import io.mics.testing.RedisServer;
import io.mics.testing.node.TestGateway;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Durable conversations over two nodes that share a PostgreSQL: with Kafka as the log, and without it. */
@Tag("engine")
@Timeout(300)
class DurableClusterTest {
    private static final String SECRET = "dev-secret-t1";
    private static final String OF_TWO = "single:u1:u2";
    private static final int COUNT = 300;

    /** What messages are appended to, and when they are acknowledged. */
    enum Log {
        DATABASE("accepted", AckLevel.ACK_LEVEL_PERSISTED),
        KAFKA("accepted", AckLevel.ACK_LEVEL_ACCEPTED),
        KAFKA_UNTIL_STORED("persisted", AckLevel.ACK_LEVEL_PERSISTED);

        private final String ack;
        private final AckLevel level;

        Log(String ack, AckLevel level) {
            this.ack = ack;
            this.level = level;
        }

        Optional<KafkaBroker> start() {
            return this == DATABASE ? Optional.empty() : Optional.of(KafkaBroker.running());
        }
    }

    /** Two nodes. */
    private static final class Nodes implements AutoCloseable {
        private final ExampleBackend backend = new ExampleBackend(BackendSettings.forTests(SECRET));
        private final RedisServer redis = RedisServer.running();
        private final String database = PostgresServer.shared().newDatabase();
        private final Optional<KafkaBroker> kafka;
        private final List<TestGateway> nodes = new ArrayList<>();

        Nodes(Log log) throws Exception {
            kafka = log.start();
            backend.setGroup("g", List.of("u1", "u2", "u3"));
            for (int i = 1; i <= 2; i++) {
                nodes.add(start("node-" + i, log));
            }
        }

        private TestGateway start(String name, Log log) {
            int link = RedisServer.freePort();
            String brokers = kafka.map(it -> "kafka: {bootstrap-servers: \"" + it.bootstrapServers() + "\"}\n")
                    .orElse("");
            return TestGateway.startNode(
                    name,
                    "tenants: {t1: {messages: durable, durable: {ack: " + log.ack + "}, hooks: {base-url: \""
                            + backend.baseUrl() + "\", secret: " + SECRET + ", timeout: 20s, auth-timeout: 20s}}}",
                    """
                    grpc-port: %d
                    public-endpoint: 127.0.0.1:%d
                    drain-timeout: 500ms
                    redis: {uri: "%s"}
                    cluster: {token: between-us, node-lease: 3s, node-renewal: 1s}
                    store: {url: "%s"}
                    """.formatted(link, link, redis.uri(), database) + brokers);
        }

        RawClient connect(int node, String user) throws IOException {
            RawClient client = RawClient.connect(nodes.get(node).port(), "t1", user, "d1");
            return client;
        }

        @Override
        public void close() {
            nodes.forEach(TestGateway::close);
            if (kafka.isPresent()) {
                kafka.get().close();
            }
            redis.close();
            backend.close();
        }
    }

    private static ClientFrame send(String conversation, String name) {
        return ClientFrame.newBuilder()
                .setSend(SendMessage.newBuilder()
                        .setClientMsgId(name)
                        .setConversationId(conversation)
                        .setBody(ByteString.copyFromUtf8("body of " + name)))
                .build();
    }

    private static List<MessageDelivery> synced(RawClient client, String conversation) throws IOException {
        List<MessageDelivery> all = new ArrayList<>();
        boolean more = true;
        while (more) {
            client.send(ClientFrame.newBuilder()
                    .setSync(SyncRequest.newBuilder()
                            .setConversationId(conversation)
                            .setAfterSeq(all.isEmpty() ? 0 : all.getLast().getSeq())
                            .setLimit(200))
                    .build());
            ServerFrame frame = client.readProtobuf();
            while (!frame.hasSyncResult()) {
                frame = client.readProtobuf();
            }
            all.addAll(frame.getSyncResult().getMessagesList());
            more = frame.getSyncResult().getHasMore();
        }
        return all;
    }

    @ParameterizedTest
    @EnumSource
    void bothNodesWriteOneConversationAndEverybodySeesItOnceInOneOrder(Log log) throws Exception {
        try (Nodes cluster = new Nodes(log);
                RawClient one = cluster.connect(0, "u1");
                RawClient two = cluster.connect(1, "u2")) {
            for (int i = 0; i < COUNT; i++) {
                one.send(send(OF_TWO, "a" + i));
                two.send(send(OF_TWO, "b" + i));
            }
            Seen atOne = Seen.of(one, log);
            Seen atTwo = Seen.of(two, log);
            assertThat(atOne.acked).hasSize(COUNT);
            assertThat(atTwo.acked).hasSize(COUNT);
            // each is shown the other's messages once, in the order of their numbers
            assertThat(atOne.delivered.values()).hasSize(COUNT).allMatch(name -> name.startsWith("b"));
            assertThat(atTwo.delivered.values()).hasSize(COUNT).allMatch(name -> name.startsWith("a"));

            List<MessageDelivery> stored = synced(one, OF_TWO);
            assertThat(stored).hasSize(2 * COUNT);
            for (int i = 0; i < stored.size(); i++) {
                assertThat(stored.get(i).getSeq()).isEqualTo(i + 1);
                String name = stored.get(i).getMessage().getMsgId();
                assertThat(name.startsWith("a") ? atTwo.delivered : atOne.delivered)
                        .containsEntry((long) i + 1, name);
            }
            assertThat(stored.stream().map(MessageDelivery::getMessageId).distinct())
                    .hasSize(2 * COUNT);
        }
    }

    /** What one device was answered and shown until nothing more was to come. */
    private static final class Seen {
        final List<String> acked = new ArrayList<>();
        final TreeMap<Long, String> delivered = new TreeMap<>();

        static Seen of(RawClient client, Log log) throws IOException {
            Seen seen = new Seen();
            while (seen.acked.size() < COUNT || seen.delivered.size() < COUNT) {
                ServerFrame frame = client.readProtobuf();
                if (frame.hasDelivery()) {
                    long seq = frame.getDelivery().getSeq();
                    assertThat(seen.delivered.isEmpty() || seq > seen.delivered.lastKey())
                            .as("order at %s", seq)
                            .isTrue();
                    seen.delivered.put(seq, frame.getDelivery().getMessage().getMsgId());
                } else if (frame.hasAck()) {
                    seen.acked(frame.getAck(), log);
                }
            }
            return seen;
        }

        private void acked(MessageAck ack, Log log) {
            assertThat(ack.getStatus()).as("%s", ack).isEqualTo(AckStatus.SENT);
            if (ack.getLevel() == log.level) {
                // those of one connection come in the order in which it sent
                assertThat(ack.getMsgId().substring(1)).isEqualTo("" + acked.size());
                acked.add(ack.getMsgId());
            } else {
                assertThat(ack.getLevel()).isEqualTo(AckLevel.ACK_LEVEL_PERSISTED);
                assertThat(ack.getSeq()).isPositive();
            }
        }
    }

    @Test
    void aResendFromAnotherDeviceIsAcknowledgedThereWithTheFirstPlace() throws Exception {
        try (Nodes cluster = new Nodes(Log.KAFKA_UNTIL_STORED);
                RawClient phone = RawClient.connect(cluster.nodes.getFirst().port(), "t1", "u1", "phone");
                RawClient laptop = RawClient.connect(cluster.nodes.getLast().port(), "t1", "u1", "laptop")) {
            phone.send(send(OF_TWO, "m1"));
            MessageAck first = phone.readProtobuf().getAck();
            assertThat(first.getSeq()).isEqualTo(1);
            assertThat(laptop.readProtobuf().getDelivery().getSeq()).isEqualTo(1);

            laptop.send(send(OF_TWO, "m1"));
            MessageAck again = laptop.readProtobuf().getAck();
            assertThat(again.getStatus()).isEqualTo(AckStatus.SENT);
            assertThat(again.getReason()).isEqualTo("duplicate");
            assertThat(again.getMessageId()).isEqualTo(first.getMessageId());
        }
    }

    @ParameterizedTest
    @EnumSource
    void aGroupGetsItOnBothNodesAndTheAbsentFindIt(Log log) throws Exception {
        try (Nodes cluster = new Nodes(log);
                RawClient one = cluster.connect(0, "u1");
                RawClient two = cluster.connect(1, "u2")) {
            one.send(send("group:g", "m1"));
            ServerFrame frame = two.readProtobuf();
            assertThat(frame.getDelivery().getConversationId()).isEqualTo("group:g");
            Await.until("stored", () -> {
                try (RawClient three = cluster.connect(1, "u3")) {
                    return synced(three, "group:g").size() == 1;
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
        }
    }
}
