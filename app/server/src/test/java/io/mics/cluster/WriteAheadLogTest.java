package io.mics.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.mics.proto.message.v1.AckLevel;
import io.mics.proto.message.v1.AckStatus;
import io.mics.proto.message.v1.ClientFrame;
import io.mics.proto.message.v1.SendMessage;
import io.mics.proto.message.v1.ServerFrame;
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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Kafka is killed under a tenant with a write-ahead log: what is acknowledged meanwhile is stored once it is back. */
@Tag("engine")
@Timeout(300)
class WriteAheadLogTest {
    private static final String SECRET = "dev-secret-t1";
    private static final String OF_TWO = "single:u1:u2";
    private static final int COUNT = 50;

    private static String tenant(ExampleBackend backend, String wal) {
        return "tenants: {t1: {messages: durable, heartbeat: 5m, durable: {wal: " + wal + "}, hooks: {base-url: \""
                + backend.baseUrl() + "\", secret: " + SECRET + ", timeout: 20s, auth-timeout: 20s}}}";
    }

    private static void send(RawClient client, String name) throws IOException {
        client.send(ClientFrame.newBuilder()
                .setSend(SendMessage.newBuilder()
                        .setClientMsgId(name)
                        .setConversationId(OF_TWO)
                        .setBody(ByteString.copyFromUtf8("body of " + name)))
                .build());
    }

    /**
     * Reads until so many messages were acknowledged as accepted and as stored; says what was stored, in order. What
     * Kafka may have had is in the log twice, and acknowledged as stored twice.
     */
    private static List<String> read(RawClient client, int accepted, int stored) throws IOException {
        Set<String> names = new LinkedHashSet<>();
        int took = 0;
        while (took < accepted || names.size() < stored) {
            ServerFrame frame = client.readProtobuf();
            if (frame.hasAck()) {
                assertThat(frame.getAck().getStatus()).as("%s", frame).isEqualTo(AckStatus.SENT);
                if (frame.getAck().getLevel() == AckLevel.ACK_LEVEL_PERSISTED) {
                    names.add(frame.getAck().getMsgId());
                    assertThat(frame.getAck().getSeq()).as("%s", frame).isPositive();
                } else {
                    took++;
                }
            }
        }
        return List.copyOf(names);
    }

    private static List<String> deliveries(RawClient client, int count) throws IOException {
        List<String> names = new ArrayList<>();
        while (names.size() < count) {
            ServerFrame frame = client.readProtobuf();
            if (frame.hasDelivery()) {
                names.add(frame.getDelivery().getMessage().getMsgId());
                assertThat(frame.getDelivery().getSeq()).isEqualTo(names.size());
            }
        }
        return names;
    }

    @ParameterizedTest
    @ValueSource(strings = {"fallback", "always"})
    void whatIsAcknowledgedWhileKafkaIsKilledIsStoredAndDeliveredInOrderOnceItIsBack(String wal) throws Exception {
        try (ExampleBackend backend = new ExampleBackend(BackendSettings.forTests(SECRET));
                RedisServer redis = RedisServer.running("--appendonly", "yes", "--appendfsync", "always");
                KafkaBroker kafka = KafkaBroker.running();
                TestGateway node = TestGateway.startNode("node-1", tenant(backend, wal), """
                    grpc-port: %1$d
                    public-endpoint: 127.0.0.1:%1$d
                    drain-timeout: 500ms
                    redis: {uri: "%2$s"}
                    cluster: {token: between-us}
                    store: {url: "%3$s"}
                    kafka: {bootstrap-servers: "%4$s"}
                    """.formatted(
                                RedisServer.freePort(),
                                redis.uri(),
                                PostgresServer.shared().newDatabase(),
                                kafka.bootstrapServers()));
                RawClient one = RawClient.connect(node.port(), "t1", "u1", "d1");
                RawClient two = RawClient.connect(node.port(), "t1", "u2", "d1")) {
            List<String> sent = new ArrayList<>();
            send(one, "before");
            sent.add("before");
            assertThat(read(one, 1, 1)).containsExactly("before");
            kafka.kill();
            for (int i = 0; i < COUNT; i++) {
                send(one, "m" + i);
                sent.add("m" + i);
            }
            assertThat(read(one, COUNT, 0)).isEmpty();
            assertThat(node.metric("mics_wal_messages_total", "tenant=\"t1\"", "outcome=\"written\""))
                    .isGreaterThanOrEqualTo(COUNT);
            kafka.start();
            send(one, "after");
            sent.add("after");
            assertThat(read(one, 1, COUNT + 1)).isEqualTo(sent.subList(1, sent.size()));
            assertThat(deliveries(two, COUNT + 2)).isEqualTo(sent);
            Await.until("the log is empty", () -> node.metric("mics_wal_backlog", "tenant=\"t1\"") == 0);
        }
    }

    @Test
    void aWriteAheadLogWithNothingToStandOnDoesNotStart() throws Exception {
        try (ExampleBackend backend = new ExampleBackend(BackendSettings.forTests(SECRET))) {
            assertThatThrownBy(() -> TestGateway.start(tenant(backend, "fallback"), ""))
                    .hasMessageContaining("tenants.t1.durable.wal")
                    .hasMessageContaining("redis.uri")
                    .hasMessageContaining("kafka.bootstrap-servers");
            assertThatThrownBy(() -> TestGateway.start(tenant(backend, "sometimes"), ""))
                    .hasMessageContaining("wal")
                    .hasMessageContaining("fallback");
        }
    }
}
