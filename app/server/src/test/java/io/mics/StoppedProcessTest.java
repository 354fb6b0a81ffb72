package io.mics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mics.testing.Await;
import io.mics.testing.RedisServer;
import io.mics.testing.ServerProcess;
import io.mics.testing.node.TestGateway;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A process that is asked to end does all that belongs to its end, whenever it is asked. */
@Timeout(180)
@Tag("engine")
class StoppedProcessTest {
    private static final String TENANTS = "tenants: {t1: {}}";

    @TempDir
    Path folder;

    /** So long a lease that a node which does not leave is a member until the test is over. */
    private static String cluster(RedisServer redis) {
        int link = RedisServer.freePort();
        return """
            grpc-port: %d
            public-endpoint: 127.0.0.1:%d
            drain-timeout: 500ms
            drain-min: 100ms
            redis: {uri: "redis://127.0.0.1:%d"}
            cluster: {token: between-us-and-nobody-else, node-lease: 60s, node-renewal: 1s}
            """.formatted(link, link, redis.port());
    }

    private static void awaitMembers(TestGateway other, int members) {
        Await.until(members + " members", () -> other.metric("mics_cluster_members", "node=\"node-2\"") == members);
    }

    @Test
    void itsNodeLeavesTheCluster() throws Exception {
        try (RedisServer redis = RedisServer.running();
                TestGateway other = TestGateway.startNode("node-2", TENANTS, cluster(redis));
                ServerProcess server = ServerProcess.start(folder, cluster(redis), TENANTS)) {
            assertThat(server.port()).isPositive();
            awaitMembers(other, 2);
            server.terminate();
            assertThat(server.exitCode()).as(server.log()).isZero();
            assertThat(server.log()).contains("\"event\":\"stopped\"");
            awaitMembers(other, 1);
            assertThat(other.metric("mics_dead_node_cleanups_total")).isZero();
        }
    }

    @Test
    void aNodeThatHasJoinedButIsNotReadyLeavesTheClusterToo() throws Exception {
        try (RedisServer redis = RedisServer.running();
                TestGateway other = TestGateway.startNode("node-2", TENANTS, cluster(redis));
                ServerSocket silent = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
                ServerProcess server = ServerProcess.start(
                        folder,
                        cluster(redis) + "hooks: {warm-up: 1m}",
                        "tenants: {t1: {hooks: {base-url: \"https://127.0.0.1:" + silent.getLocalPort() + "\"}}}")) {
            awaitMembers(other, 2);
            server.terminate();
            assertThat(server.exitCode()).as(server.log()).isZero();
            assertThat(server.log()).doesNotContain("\"event\":\"ready\"");
            awaitMembers(other, 1);
            assertThat(other.metric("mics_dead_node_cleanups_total")).isZero();
        }
    }

    @Test
    void aNodeWhoseCertificateCannotBeReadNamesTheSettingAndIsNoMember() throws Exception {
        String file = Files.writeString(folder.resolve("garbage.pem"), "no certificate")
                .toString();
        try (RedisServer redis = RedisServer.running();
                TestGateway other = TestGateway.startNode("node-2", TENANTS, cluster(redis))) {
            String garbage = cluster(redis)
                    .replace(
                            "cluster: {",
                            "cluster: {tls: {certificate: %1$s, key: %1$s, trust: %1$s}, ".formatted(file));
            assertThatThrownBy(() -> TestGateway.startNode("node-1", TENANTS, garbage))
                    .hasMessageContaining("cluster.tls");
            awaitMembers(other, 1);
            assertThat(other.metric("mics_dead_node_cleanups_total")).isZero();
        }
    }

    @Test
    void aNodeThatWaitsForItsDirectoryEnds() throws IOException, InterruptedException {
        String nowhere = """
            redis: {uri: "redis://127.0.0.1:%d"}
            cluster: {token: between-us-and-nobody-else}
            """.formatted(RedisServer.freePort());
        try (ServerProcess server = ServerProcess.start(folder, nowhere, TENANTS)) {
            Await.until("it waits", () -> server.log().contains("\"event\":\"redis_awaited\""));
            server.terminate();
            assertThat(server.exitCode()).as(server.log()).isZero();
        }
    }
}
