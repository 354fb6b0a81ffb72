package io.mics.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.mics.proto.message.v1.ClientFrame;
import io.mics.proto.message.v1.SendMessage;
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
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What {@code /readyz} says while what durable tenants need is away: a node stays ready. */
@Tag("engine")
@Timeout(300)
class DurableReadinessTest {
    private static final String SECRET = "dev-secret-t1";

    private static TestGateway node(String name, ExampleBackend backend, String shared, String rest) {
        int link = RedisServer.freePort();
        return TestGateway.startNode(
                name,
                "tenants: {t1: {messages: durable, hooks: {base-url: \"" + backend.baseUrl() + "\", secret: " + SECRET
                        + ", timeout: 20s, auth-timeout: 20s}}}",
                """
                grpc-port: %d
                public-endpoint: 127.0.0.1:%d
                drain-timeout: 500ms
                cluster: {token: between-us, node-lease: 3s, node-renewal: 1s}
                """.formatted(link, link) + shared + rest);
    }

    private static String ready(TestGateway node) {
        try {
            HttpResponse<String> answer = node.getInternal("/readyz");
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            return answer.body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void awaitDetail(TestGateway node, String words) {
        Await.until(words, () -> ready(node).contains(words));
    }

    private static void awaitNoDetail(TestGateway node) {
        Await.until("all is there", () -> !ready(node).contains("detail"));
    }

    @Test
    void whatIsAwayIsNamedAndTheNodeIsReady() throws Exception {
        try (PostgresServer database = PostgresServer.running();
                RedisServer redis = RedisServer.running();
                KafkaBroker kafka = KafkaBroker.running();
                ExampleBackend backend = new ExampleBackend(BackendSettings.forTests(SECRET))) {
            String shared = "redis: {uri: \"" + redis.uri() + "\"}\nkafka: {bootstrap-servers: \""
                    + kafka.bootstrapServers() + "\"}\n";
            String stores = "roles: [pipeline]\ninternal-port: " + RedisServer.freePort() + "\nstore: {url: \""
                    + database.newDatabase() + "\"}\n";
            try (TestGateway gateway = node("node-1", backend, shared, "roles: [gateway, admin]\n")) {
                awaitDetail(gateway, "no node of the cluster has the role pipeline");
                try (TestGateway pipeline = node("node-2", backend, shared, stores)) {
                    awaitNoDetail(gateway);
                    awaitNoDetail(pipeline);

                    database.kill();
                    awaitDetail(pipeline, "database: ");
                    awaitDetail(gateway, "; messages are accepted, and stored once one is back");
                    database.start();
                    awaitNoDetail(gateway);
                    awaitNoDetail(pipeline);

                    kafka.kill();
                    try (RawClient client = RawClient.connect(gateway.port(), "t1", "u1", "d1")) {
                        client.send(ClientFrame.newBuilder()
                                .setSend(SendMessage.newBuilder()
                                        .setClientMsgId("m1")
                                        .setConversationId("single:u1:u2")
                                        .setBody(ByteString.copyFromUtf8("hello")))
                                .build());
                        awaitDetail(gateway, "Kafka is away: ");
                    }
                    redis.stop();
                    awaitDetail(pipeline, "no number is leased");
                }
            }
        }
    }
}
