package io.mics;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.proto.message.v1.ClientFrame;
import io.mics.proto.message.v1.DeliveryAck;
import io.mics.proto.message.v1.Recall;
import io.mics.proto.message.v1.ServerFrame;
import io.mics.sdk.hook.example.BackendSettings;
import io.mics.sdk.hook.example.ExampleBackend;
import io.mics.testing.RawClient;
import io.mics.testing.node.TestGateway;
import java.io.IOException;
import java.util.Collections;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("engine")
class RecallConnectionTest {
    private static TestGateway gateway;

    @BeforeAll
    static void start() {
        gateway = TestGateway.playground();
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @AfterEach
    void nothingLeaks() {
        gateway.awaitEmpty();
    }

    private static RawClient json(String user) throws IOException {
        RawClient client = RawClient.upgraded(
                gateway.port(),
                RawClient.query(TestGateway.TENANT, "valid:" + user, "d1"),
                "Sec-WebSocket-Protocol: mics.json.v1");
        assertThat(client.read().text()).contains("\"connected\"");
        return client;
    }

    private static ServerFrame answer(RawClient client, ClientFrame.Builder frame) throws IOException {
        client.send(frame.build());
        return client.readProtobuf();
    }

    @Test
    void refusesARecallInBothProtocolsWhileThereIsNoHookToAllowIt() throws IOException {
        try (ExampleBackend backend = new ExampleBackend(BackendSettings.forTests(""));
                TestGateway configured = TestGateway.start(
                        "tenants: {t1: {hooks: {base-url: \"" + backend.baseUrl() + "\", auth-timeout: 20s}}}", "");
                RawClient one = RawClient.connect(configured.port(), "t1", "u1", "d1");
                RawClient text = RawClient.upgraded(
                        configured.port(),
                        RawClient.query("t1", "valid:u3", "d1"),
                        "Sec-WebSocket-Protocol: mics.json.v1")) {
            ServerFrame refused = answer(
                    one,
                    ClientFrame.newBuilder()
                            .setRecall(Recall.newBuilder()
                                    .setMsgId("m1")
                                    .setConversationId("single:u1:u2")
                                    .setRequestId("r1")));
            assertThat(refused.getError().getCode()).isEqualTo(4403);
            assertThat(refused.getError().getRequestId()).isEqualTo("r1");
            assertThat(refused.getError().getMessage()).isEqualTo("recall is not enabled");
            ServerFrame wrong = answer(
                    one,
                    ClientFrame.newBuilder()
                            .setRecall(Recall.newBuilder().setMsgId("m1").setConversationId("single:u7:u8")));
            assertThat(wrong.getError().getCode()).isEqualTo(4400);

            assertThat(text.read().text()).contains("\"connected\"");
            text.sendText("{\"type\":\"recall\",\"data\":{\"messageId\":\"m1\",\"conversationId\":\"group:g\","
                    + "\"requestId\":\"r1\"}}");
            assertThat(text.read().text())
                    .contains("\"error\"", "\"RECALL_REFUSED\"", "recall is not enabled", "\"m1\"")
                    .contains("\"requestId\":\"r1\"");
        }
    }

    @Test
    void letsUsersOfThePlaygroundRecallWithoutAHook() throws IOException {
        try (RawClient one = gateway.connect("u1", "d1");
                RawClient text = json("u3")) {
            ServerFrame recalled = answer(
                    one,
                    ClientFrame.newBuilder()
                            .setRecall(Recall.newBuilder().setMsgId("m1").setConversationId("single:u1:u2")));
            assertThat(recalled.getRecalled().getMsgId()).isEqualTo("m1");
            text.sendText("{\"type\":\"recall\",\"data\":{\"messageId\":\"m2\",\"conversationId\":\"group:group-1\"}}");
            assertThat(text.read().text()).contains("\"message-recalled\"", "\"m2\"");
        }
    }

    @Test
    void takesDeliveryAcksInBothProtocolsAndSaysWhatIsWrongWithOne() throws IOException {
        try (RawClient one = gateway.connect("u1", "d1");
                RawClient text = json("u3")) {
            one.send(ClientFrame.newBuilder()
                    .setDeliveryAck(DeliveryAck.newBuilder().addMsgIds("m1"))
                    .build());
            ServerFrame wrong = answer(
                    one,
                    ClientFrame.newBuilder()
                            .setDeliveryAck(DeliveryAck.newBuilder().addAllMsgIds(Collections.nCopies(257, "m"))));
            assertThat(wrong.getError().getMessage()).isEqualTo("1 to 256 message ids in one frame");
            text.sendText("{\"type\":\"delivery-ack\",\"data\":{\"messageIds\":[\"m1\"]}}");
            text.sendText("{\"type\":\"delivery-ack\",\"data\":{\"messageIds\":[\"\"]}}");
            assertThat(text.read().text()).contains("\"INVALID_MESSAGE\"", "\"field\":\"messageIds\"");
            assertThat(one.sendAcked("u3", "m2", "still here").getReason()).isEmpty();
            assertThat(text.read().text()).contains("still here");
            assertThat(gateway.metric("post_send_hook_success_total", "hook=\"log\"", "message_type=\"text\""))
                    .isPositive();
        }
    }
}
