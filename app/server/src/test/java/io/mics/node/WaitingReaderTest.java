package io.mics.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.concurrent.NodeLoad;
import io.mics.config.ConfigResult;
import io.mics.node.settings.Configuration;
import io.mics.sdk.hook.example.BackendSettings;
import io.mics.sdk.hook.example.ExampleBackend;
import io.mics.testing.Await;
import io.mics.testing.RawClient;
import io.mics.testing.RedisServer;
import io.mics.testing.node.TestGateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A device moves to another node while its reader on the first waits for its tenant's turn. */
@Timeout(90)
@SuppressWarnings("NullAway.Init")
@Tag("engine")
class WaitingReaderTest {
    private static final long LONG_WAIT_NANOS = TimeUnit.SECONDS.toNanos(1);
    /** More than are looked at together. */
    private static final int THREADS = 256;

    @TempDir
    Path folder;

    private ExampleBackend backend;
    private RedisServer redis;
    private Node loaded;
    private TestGateway other;

    @BeforeEach
    void start() throws IOException {
        backend = new ExampleBackend(BackendSettings.forTests(""));
        redis = RedisServer.running();
        String tenants = "tenants: {t1: {hooks: {base-url: \"%s\", auth-timeout: 20s, timeout: 10s}}}"
                .formatted(backend.baseUrl());
        Files.writeString(
                folder.resolve("mics.yaml"),
                "port: 0\ninternal-port: 0\nhost: 127.0.0.1\nnode-id: node-1\n" + cluster(redis.port()));
        Files.writeString(folder.resolve("tenants.yaml"), tenants);
        loaded = switch (Configuration.read(folder, Map.of())) {
            case ConfigResult.Valid<Configuration> valid -> Node.start(valid.value());
            case ConfigResult.Invalid<Configuration> invalid -> throw new AssertionError(invalid.problems());
        };
        other = TestGateway.startNode("node-2", tenants, cluster(redis.port()));
    }

    private static String cluster(int redisPort) {
        int link = RedisServer.freePort();
        return """
            grpc-port: %d
            public-endpoint: 127.0.0.1:%d
            drain-timeout: 500ms
            redis: {uri: "redis://127.0.0.1:%d"}
            cluster: {token: between-us-and-nobody-else, node-lease: 3s, node-renewal: 1s}
            """.formatted(link, link, redisPort);
    }

    @AfterEach
    void stop() throws IOException {
        other.close();
        loaded.close();
        redis.close();
        backend.close();
    }

    /** Makes threads of a node wait for processors until it is interrupted. */
    private static void load(NodeLoad load) {
        while (!Thread.currentThread().isInterrupted()) {
            for (int i = 0; i < THREADS; i++) {
                load.running(System.nanoTime() - LONG_WAIT_NANOS);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(10));
        }
    }

    /** Takes every turn of the tenant. */
    private static List<NodeLoad.Handling> takeTurns(NodeLoad load) throws InterruptedException {
        Await.until("the node is loaded", load::isLoaded);
        NodeLoad.Handling another = load.handling("another");
        another.begin(() -> {});
        another.end();
        List<NodeLoad.Handling> taken = new ArrayList<>();
        for (int i = 0; i < Math.max(1, Runtime.getRuntime().availableProcessors() / 2); i++) {
            NodeLoad.Handling turn = load.handling("t1");
            turn.begin(() -> {});
            taken.add(turn);
        }
        return taken;
    }

    @Test
    void whatItReadIsNotHandledAndItsResendOnTheOtherNodeArrivesOnce() throws Exception {
        NodeLoad load = loaded.gateway().state().load();
        Thread loading = Thread.ofVirtual().start(() -> load(load));
        try (RawClient receiver = RawClient.connect(other.port(), "t1", "u2", "phone");
                RawClient before = RawClient.connect(loaded.port(), "t1", "u1", "phone")) {
            List<NodeLoad.Handling> turns = takeTurns(load);
            before.sendTo("u2", "1", "hello");
            Await.until("its reader waits", () -> load.waits() == 1);
            try (RawClient after = RawClient.connect(other.port(), "t1", "u1", "phone")) {
                turns.forEach(NodeLoad.Handling::end);
                Await.until(
                        "its reader has ended",
                        () -> loaded.gateway().state().sessions().size() == 0);
                assertThat(after.sendAcked("u2", "1", "hello").getReason()).isEmpty();
                assertThat(after.sendAcked("u2", "2", "again").getReason()).isEmpty();
                assertThat(receiver.readDelivery().getMsgId()).isEqualTo("1");
                assertThat(receiver.readDelivery().getMsgId()).isEqualTo("2");
            }
        } finally {
            loading.interrupt();
        }
    }
}
