package io.mics.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.testing.HeldAuth;
import io.mics.testing.RawClient;
import io.mics.testing.node.TestGateway;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import redis.embedded.RedisServer;

/** What a slow backend says late does nothing to what is newer, on whichever node that is. */
@Timeout(60)
@Tag("engine")
class LateAnswersTest {
    private final List<TestGateway> nodes = new ArrayList<>();
    private RedisServer redis;
    private HeldAuth backend;

    @BeforeEach
    void start() throws IOException {
        int redisPort = ThreeNodes.freePort();
        redis = ThreeNodes.startRedis(redisPort);
        backend = new HeldAuth();
        for (int i = 1; i <= 2; i++) {
            int link = ThreeNodes.freePort();
            nodes.add(TestGateway.startNode("node-" + i, backend.tenants(""), """
                grpc-port: %d
                public-endpoint: 127.0.0.1:%d
                drain-timeout: 500ms
                redis: {uri: "redis://127.0.0.1:%d"}
                cluster: {token: between-us-and-nobody-else, node-lease: 3s, node-renewal: 1s}
                """.formatted(link, link, redisPort)));
        }
    }

    @AfterEach
    void stop() throws IOException {
        nodes.forEach(TestGateway::close);
        redis.stop();
        backend.close();
    }

    private RawClient connect(int node, String user) throws IOException {
        return RawClient.connect(nodes.get(node).port(), "t1", user, "phone");
    }

    @Test
    void aConnectionAcceptedEarlierDoesNotReplaceALaterOneOnAnotherNode() throws Exception {
        try (RawClient earlier = RawClient.upgraded(nodes.get(0).port(), RawClient.query("t1", "held:u1", "phone"));
                RawClient sender = connect(0, "u2")) {
            backend.awaitAsked("u1");
            try (RawClient later = connect(1, "u1")) {
                backend.release("u1");
                assertThat(earlier.readClose().closeCode()).isEqualTo(4409);
                assertThat(sender.sendAcked("u1", "1", "still there").getReason())
                        .isEmpty();
                assertThat(later.readDelivery().getMsgId()).isEqualTo("1");
                // routes are renewed every second: nobody may find that the later one is elsewhere
                Thread.sleep(2_500);
                assertThat(sender.sendAcked("u1", "2", "still there").getReason())
                        .isEmpty();
                assertThat(later.readDelivery().getMsgId()).isEqualTo("2");
            }
        }
    }
}
