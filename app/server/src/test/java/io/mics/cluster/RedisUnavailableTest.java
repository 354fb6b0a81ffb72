package io.mics.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.proto.message.v1.AckStatus;
import io.mics.testing.Await;
import io.mics.testing.RawClient;
import io.mics.testing.node.TestGateway;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The directory goes away and comes back; the gateway goes on with what it has. */
@Tag("engine")
class RedisUnavailableTest {
    @Test
    void goesOnLocallyAndHealsWhenRedisIsBack() throws IOException {
        try (ThreeNodes cluster = new ThreeNodes("");
                RawClient a = cluster.connect(0, "a", "d1");
                RawClient b = cluster.connect(0, "b", "d1");
                RawClient far = cluster.connect(1, "far", "d1")) {
            assertThat(a.sendAcked("far", "1", "hi").getStatus()).isEqualTo(AckStatus.SENT);
            assertThat(far.readDelivery().getMsgId()).isEqualTo("1");

            cluster.stopRedis();
            TestGateway node = cluster.nodes.get(0);
            Await.until("readyz says so", () -> ready(node).contains("directory unavailable"));
            assertThat(a.sendAcked("b", "2", "hi").getStatus()).isEqualTo(AckStatus.SENT);
            assertThat(b.readDelivery().getMsgId()).isEqualTo("2");
            assertThat(a.sendAcked("far", "3", "kept").getStatus()).isEqualTo(AckStatus.SENT);
            try (RawClient late = cluster.connect(2, "late", "d1")) {
                assertThat(a.sendAcked("late", "4", "kept").getStatus()).isEqualTo(AckStatus.SENT);

                cluster.startRedis();
                assertThat(far.readDelivery().getMsgId()).isEqualTo("3");
                assertThat(late.readDelivery().getMsgId()).isEqualTo("4");
                Await.until("readyz is well again", () -> !ready(node).contains("directory unavailable"));
                assertThat(a.sendAcked("late", "5", "hi").getStatus()).isEqualTo(AckStatus.SENT);
                assertThat(late.readDelivery().getMsgId()).isEqualTo("5");
            }
        }
    }

    private static String ready(TestGateway node) {
        try {
            return node.get("/readyz").body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
