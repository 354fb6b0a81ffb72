package io.mics.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mics.testing.RawClient;
import io.mics.testing.RedisServer;
import io.mics.testing.node.TestGateway;
import java.io.IOException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(90)
@Tag("engine")
class RolesTest {
    private static String apart() {
        return "internal-port: " + RedisServer.freePort() + "\n";
    }

    @Test
    void aGatewayAloneServesClientsAndAnswersNoOperator() throws IOException {
        try (TestGateway node = TestGateway.start("", apart() + "roles: [gateway]")) {
            try (RawClient client = node.connect("u1", "phone")) {
                assertThat(client.sendAcked("u1", "1", "hello").getReason()).isEmpty();
            }
            assertThat(node.internalPort()).isNotEqualTo(node.port());
            assertThat(node.getInternal("/readyz").statusCode()).isEqualTo(200);
            assertThat(node.getInternal("/metrics").body()).contains("mics_ws_connections");
            assertThat(node.getInternal("/internal/hooks").statusCode()).isEqualTo(404);
            assertThat(node.get("/internal/hooks").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void whereAGatewayAloneHasOnePortMetricsThatAreNotPublicAreNowhere() throws IOException {
        try (TestGateway node = TestGateway.start("", "roles: [gateway]\nmetrics: {public: false}")) {
            assertThat(node.get("/readyz").statusCode()).isEqualTo(200);
            assertThat(node.get("/metrics").statusCode()).isEqualTo(404);
        }
    }

    private static String shared(RedisServer redis) {
        return "redis: {uri: \"redis://127.0.0.1:%d\"}\ncluster: {token: between-us-and-nobody-else}\n"
                .formatted(redis.port());
    }

    @Test
    void anAdminAloneOpensTheInternalPortAlone() throws IOException {
        try (RedisServer redis = RedisServer.running();
                TestGateway node = TestGateway.start("tenants: {t1: {}}", shared(redis) + apart() + "roles: [admin]")) {
            assertThat(node.port()).isZero();
            assertThat(node.getInternal("/readyz").statusCode()).isEqualTo(200);
            assertThat(node.getInternal("/internal/hooks").statusCode()).isEqualTo(200);
            assertThat(node.getInternal("/internal/dead-letters?tenant=t1").statusCode())
                    .isEqualTo(200);
            assertThat(node.getInternal("/internal/playground").statusCode()).isEqualTo(404);
            assertThat(node.getInternal("/ws").statusCode()).isEqualTo(404);
        }
    }

    @Test
    void anAdminAloneIsNoMemberOfTheCluster() throws IOException {
        int link = RedisServer.freePort();
        try (RedisServer redis = RedisServer.running()) {
            String shared = shared(redis);
            String tenants = "tenants: {t1: {}}";
            try (TestGateway gateway = TestGateway.startNode(
                            "node-1",
                            tenants,
                            shared + "grpc-port: %1$d\npublic-endpoint: 127.0.0.1:%1$d".formatted(link));
                    TestGateway admin = TestGateway.startNode("node-2", tenants, shared + apart() + "roles: [admin]")) {
                assertThat(gateway.metric("mics_cluster_members", "node=\"node-1\""))
                        .isEqualTo(1);
                assertThat(admin.getInternal("/internal/hooks").statusCode()).isEqualTo(200);
            }
        }
    }

    @Test
    void aNodeWithoutARoleAndOneWithAnUnknownRoleDoNotStart() {
        assertThatThrownBy(() -> TestGateway.start("", "roles: []")).hasMessageContaining("roles");
        assertThatThrownBy(() -> TestGateway.start("tenants: {t1: {}}", apart() + "roles: [admin]"))
                .hasMessageContaining("redis.uri");
        assertThatThrownBy(() -> TestGateway.start("", "roles: [gateway, push]"))
                .hasMessageContaining("roles")
                .hasMessageContaining("[gateway, pipeline, admin]");
    }
}
