package io.mics.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.proto.message.v1.AckStatus;
import io.mics.testing.RawClient;
import io.mics.testing.gateway.ScriptedPages;
import io.mics.testing.node.TestGateway;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Devices pull from their backend, and what the event log refused waits at home, wherever the user comes back. */
@Timeout(60)
@Tag("engine")
class PullClusterTest {
    @Test
    void findsWhatTheEventLogRefusedOnEveryNode() throws IOException {
        try (ThreeNodes cluster = new ThreeNodes("}\n    offline: {use-hook-pull: true");
                RawClient sender = cluster.connect(0, "sender", "d1")) {
            for (int user = 0; user < 9; user++) {
                String id = "absent-" + user;
                cluster.backend.setOffline(
                        id,
                        List.of(ScriptedPages.message("pulled").setToUserId(id).build()));
                assertThat(sender.sendAcked(id, "refused-" + user, "hi").getStatus())
                        .isEqualTo(AckStatus.SENT);
                // a home whose answer came too late gives to the next who asks after five seconds, twice at worst
                try (RawClient back = cluster.connect(user % 3, id, "d1").timeout(Duration.ofSeconds(30))) {
                    assertThat(back.readDelivery().getMsgId()).isEqualTo("pulled");
                    assertThat(back.readDelivery().getMsgId()).isEqualTo("refused-" + user);
                }
            }
            TestGateway first = cluster.nodes.get(0);
            assertThat(first.metric("mics_offline_buffered_total", "via=\"local_fallback\""))
                    .isEqualTo(9);
        }
    }
}
