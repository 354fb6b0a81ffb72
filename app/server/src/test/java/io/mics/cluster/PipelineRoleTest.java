package io.mics.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.mics.proto.message.v1.AckLevel;
import io.mics.proto.message.v1.AckStatus;
import io.mics.proto.message.v1.ClientFrame;
import io.mics.proto.message.v1.ListConversations;
import io.mics.proto.message.v1.MarkRead;
import io.mics.proto.message.v1.MessageAck;
import io.mics.proto.message.v1.Recall;
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
import java.io.UncheckedIOException;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Gateways that open no store, and nodes that only store: what clients see is the same. */
@Tag("engine")
@Timeout(300)
class PipelineRoleTest {
    private static final String SECRET = "dev-secret-t1";
    private static final String EXPLAIN = "/internal/messages/m1/explain?tenant=t1";
    private static final String OF_TWO = "single:u1:u2";

    private final RedisServer redis = RedisServer.running();
    private final KafkaBroker kafka = KafkaBroker.running();
    private final String database = PostgresServer.shared().newDatabase();
    private ExampleBackend backend;
    private TestGateway gateway;
    private TestGateway pipeline;

    @BeforeEach
    void start() throws IOException {
        backend = new ExampleBackend(BackendSettings.forTests(SECRET));
        backend.setGroup("g", List.of("u1", "u2", "u3"));
        gateway = gateway();
        pipeline = pipeline("node-2");
    }

    @AfterEach
    void close() {
        gateway.close();
        pipeline.close();
        kafka.close();
        redis.close();
        backend.close();
    }

    private TestGateway node(String name, String rest) {
        int link = RedisServer.freePort();
        return TestGateway.startNode(
                name,
                "tenants: {t1: {messages: durable, hooks: {base-url: \"" + backend.baseUrl() + "\", secret: " + SECRET
                        + ", timeout: 20s, auth-timeout: 20s}}}",
                """
                grpc-port: %d
                public-endpoint: 127.0.0.1:%d
                drain-timeout: 500ms
                redis: {uri: "%s"}
                cluster: {token: between-us, node-lease: 3s, node-renewal: 1s}
                kafka: {bootstrap-servers: "%s"}
                """.formatted(link, link, redis.uri(), kafka.bootstrapServers()) + rest);
    }

    /** One that could not open a database: its address leads nowhere. */
    private TestGateway gateway() {
        return node("node-1", "roles: [gateway, admin]\nstore: {url: \"jdbc:postgresql://127.0.0.1:1/none\"}\n");
    }

    private TestGateway pipeline(String name) {
        return node(
                name,
                "roles: [pipeline]\ninternal-port: " + RedisServer.freePort() + "\nstore: {url: \"" + database
                        + "\"}\n");
    }

    private static ClientFrame send(String conversation, String name) {
        return ClientFrame.newBuilder()
                .setSend(SendMessage.newBuilder()
                        .setClientMsgId(name)
                        .setConversationId(conversation)
                        .setBody(ByteString.copyFromUtf8("body of " + name)))
                .build();
    }

    private static ClientFrame sync(String conversation) {
        return ClientFrame.newBuilder()
                .setSync(SyncRequest.newBuilder().setConversationId(conversation))
                .build();
    }

    private static ServerFrame next(RawClient client, Predicate<ServerFrame> wanted) throws IOException {
        ServerFrame frame = client.readProtobuf();
        while (!wanted.test(frame)) {
            frame = client.readProtobuf();
        }
        return frame;
    }

    private static MessageAck stored(RawClient client) throws IOException {
        return next(client, it -> it.hasAck() && it.getAck().getLevel() == AckLevel.ACK_LEVEL_PERSISTED)
                .getAck();
    }

    @Test
    void clientsOfAGatewayWithoutAStoreAreServedByAPipeline() throws Exception {
        try (RawClient one = RawClient.connect(gateway.port(), "t1", "u1", "d1");
                RawClient two = RawClient.connect(gateway.port(), "t1", "u2", "d1")) {
            one.send(send(OF_TWO, "m1"));
            MessageAck accepted = next(one, ServerFrame::hasAck).getAck();
            assertThat(accepted.getStatus()).as("%s", accepted).isEqualTo(AckStatus.SENT);
            assertThat(stored(one).getSeq()).isEqualTo(1);
            assertThat(next(two, ServerFrame::hasDelivery).getDelivery().getSeq())
                    .isEqualTo(1);

            two.send(sync(OF_TWO));
            assertThat(next(two, ServerFrame::hasSyncResult).getSyncResult().getLastSeq())
                    .isEqualTo(1);
            two.send(ClientFrame.newBuilder()
                    .setConversations(ListConversations.getDefaultInstance())
                    .build());
            assertThat(next(two, ServerFrame::hasConversations)
                            .getConversations()
                            .getConversations(0)
                            .getUnread())
                    .isEqualTo(1);
            two.send(ClientFrame.newBuilder()
                    .setMarkRead(MarkRead.newBuilder().setConversationId(OF_TWO).setSeq(1))
                    .build());
            assertThat(next(one, ServerFrame::hasRead).getRead().getSeq()).isEqualTo(1);
            one.send(ClientFrame.newBuilder()
                    .setRecall(Recall.newBuilder().setMessageId(accepted(two)))
                    .build());
            assertThat(next(two, ServerFrame::hasRecalled).getRecalled().getConversationId())
                    .isEqualTo(OF_TWO);
        }
    }

    /** The id of the one message. */
    private static long accepted(RawClient client) throws IOException {
        client.send(sync(OF_TWO));
        return next(client, ServerFrame::hasSyncResult)
                .getSyncResult()
                .getMessages(0)
                .getMessageId();
    }

    @Test
    void aGroupOfTheBackendIsServedAndWrittenThroughAPipeline() throws Exception {
        try (RawClient one = RawClient.connect(gateway.port(), "t1", "u1", "d1");
                RawClient two = RawClient.connect(gateway.port(), "t1", "u2", "d1")) {
            one.send(send("group:g", "m1"));
            assertThat(next(two, ServerFrame::hasDelivery).getDelivery().getConversationId())
                    .isEqualTo("group:g");
            try (RawClient three = RawClient.connect(gateway.port(), "t1", "u3", "d1")) {
                three.send(sync("group:g"));
                assertThat(next(three, ServerFrame::hasSyncResult)
                                .getSyncResult()
                                .getMessagesCount())
                        .isEqualTo(1);
            }
            try (RawClient outsider = RawClient.connect(gateway.port(), "t1", "u4", "d1")) {
                outsider.send(sync("group:g"));
                assertThat(next(outsider, ServerFrame::hasError).getError().getCode())
                        .isEqualTo(4404);
            }
        }
    }

    @Test
    void withoutAPipelineMessagesAreAcceptedAndReadersGetAnErrorUntilOneIsBack() throws Exception {
        try (RawClient one = RawClient.connect(gateway.port(), "t1", "u1", "d1");
                RawClient two = RawClient.connect(gateway.port(), "t1", "u2", "d1")) {
            one.send(send(OF_TWO, "m1"));
            assertThat(stored(one).getSeq()).isEqualTo(1);
            pipeline.close();

            one.send(send(OF_TWO, "m2"));
            MessageAck accepted = next(one, ServerFrame::hasAck).getAck();
            assertThat(accepted.getStatus()).as("%s", accepted).isEqualTo(AckStatus.SENT);
            two.send(sync(OF_TWO));
            assertThat(next(two, ServerFrame::hasError).getError().getMessage()).contains("unavailable");

            pipeline = pipeline("node-3");
            assertThat(stored(one).getSeq()).isEqualTo(2);
            Await.until("readers are answered", () -> {
                try {
                    two.send(sync(OF_TWO));
                    ServerFrame answer = next(two, it -> it.hasSyncResult() || it.hasError());
                    return answer.hasSyncResult() && answer.getSyncResult().getMessagesCount() == 2;
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
        }
    }

    @Test
    void gatewayAndPipelineEachExplainTheirPartOfAMessagesLife() throws Exception {
        pipeline.close();
        pipeline = node(
                "node-3",
                "roles: [pipeline, admin]\ninternal-port: " + RedisServer.freePort() + "\nstore: {url: \"" + database
                        + "\"}\n");
        try (RawClient one = RawClient.connect(gateway.port(), "t1", "u1", "d1");
                RawClient two = RawClient.connect(gateway.port(), "t1", "u2", "d1")) {
            one.send(send(OF_TWO, "m1"));
            MessageAck ack = stored(one);
            assertThat(next(two, ServerFrame::hasDelivery).getDelivery().getSeq())
                    .isEqualTo(1);
            assertThat(gateway.getInternal(EXPLAIN).body())
                    .contains("from device d1 to single:u1:u2, 10 bytes")
                    .contains("\"appended\"", "topic im-mics-t1-upstream", "accepted; answered SENT, level accepted");
            for (String later : List.of("distributed", "persisted event")) {
                Await.until(later, () -> explained(pipeline).contains(later));
            }
            assertThat(explained(pipeline))
                    .contains("number 1, message id " + ack.getMessageId()
                            + ", in a batch of 1 from im-mics-t1-upstream-")
                    .contains("(0 of this node) of 2 of 2 users")
                    .contains("devices on other nodes");
        }
    }

    private static String explained(TestGateway node) {
        try {
            return node.getInternal(EXPLAIN).body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Test
    void aPipelineServesNoClientsAndIsReady() throws Exception {
        assertThat(pipeline.port()).isZero();
        assertThat(pipeline.getInternal("/readyz").statusCode()).isEqualTo(200);
        assertThat(pipeline.getInternal("/internal/hooks").statusCode()).isEqualTo(404);
        assertThat(gateway.getInternal("/readyz").statusCode()).isEqualTo(200);
    }

    @Test
    void aGatewayWithoutAPipelineToBeFoundDoesNotStart() {
        assertThatThrownBy(() -> TestGateway.start(
                        "tenants: {t1: {messages: durable}}",
                        "roles: [gateway]\ninternal-port: " + RedisServer.freePort()))
                .hasMessageContaining("roles")
                .hasMessageContaining("redis.uri")
                .hasMessageContaining("kafka.bootstrap-servers");
        assertThatThrownBy(() -> TestGateway.start(
                        "tenants: {t1: {}}", "roles: [pipeline]\ninternal-port: " + RedisServer.freePort()))
                .hasMessageContaining("roles")
                .hasMessageContaining("redis.uri");
    }
}
