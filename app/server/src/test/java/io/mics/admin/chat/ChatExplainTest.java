package io.mics.admin.chat;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.testing.RawClient;
import io.mics.testing.gateway.TestPorts;
import io.mics.testing.node.TestGateway;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
@Tag("engine")
class ChatExplainTest {
    private static ChatExplain at(String url, Map<String, String> environment) {
        return ChatExplain.of(ChatSettings.of(url, "playground", "valid:u1", "terminal", "", ""), environment);
    }

    @Test
    void asksTheInternalPortWithTheAdminToken() throws Exception {
        int internal = TestPorts.free();
        try (TestGateway gateway = TestGateway.start("", "internal-port: " + internal + "\nadmin-token: open-sesame");
                RawClient u1 = gateway.connect("u1", "d1")) {
            u1.send(RawClient.single("u9", "m 1/2", "hello"));
            assertThat(u1.readAck().getMsgId()).isEqualTo("m 1/2");
            String url = "ws://127.0.0.1:" + gateway.port() + "/ws";
            Map<String, String> port = Map.of("INTERNAL_PORT", Integer.toString(internal));
            try (ChatExplain without = at(url, port);
                    ChatExplain with = at(url, Map.of("INTERNAL_PORT", "" + internal, "ADMIN_TOKEN", "open-sesame"));
                    ChatExplain named = at(
                            "ws://far.example/ws",
                            Map.of("ADMIN_URL", "http://127.0.0.1:" + internal, "ADMIN_TOKEN", "open-sesame"))) {
                assertThat(without.of("m 1/2")).isEmpty();
                assertThat(with.of("m 1/2").orElseThrow().getString("reach"))
                        .isEqualTo("stored offline: u9 is not connected");
                assertThat(named.of("m 1/2")).isPresent();
                assertThat(named.of("unknown")).isEmpty();
            }
        }
    }

    @Test
    void asksOnlyThisMachineUnlessAnotherIsNamed() {
        Map<String, String> token = Map.of("ADMIN_TOKEN", "secret");
        try (ChatExplain far = at("wss://chat.example/ws", token);
                ChatExplain near = at("ws://localhost:8080/ws", token)) {
            assertThat(far.nodes()).isEmpty();
            assertThat(near.nodes()).containsExactly("http://localhost:8080", "http://localhost:9091");
        }
    }
}
