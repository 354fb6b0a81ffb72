package io.mics;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.testing.RawClient;
import io.mics.testing.node.TestGateway;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("engine")
class JsonConnectionTest {
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
                "Sec-WebSocket-Protocol: other, mics.json.v1");
        assertThat(client.handshake()).contains("Sec-WebSocket-Protocol: mics.json.v1");
        assertThat(client.read().text())
                .contains("\"connected\"", "\"userId\":\"" + user + "\"", "\"heartbeatSeconds\":30");
        return client;
    }

    private static String send(String id, String conversation, String content) {
        return "{\"type\":\"send-message\",\"data\":{\"tempMessageId\":\"" + id + "\",\"conversationId\":\""
                + conversation + "\",\"content\":\"" + content + "\",\"messageType\":\"text\"}}";
    }

    @Test
    void chatsInTextBetweenTwoUsersAndAcrossProtocols() throws IOException {
        try (RawClient one = json("u1");
                RawClient two = json("u2");
                RawClient binary = gateway.connect("u2", "d2")) {
            one.sendText(send("t1", "single:u1:u2", "hällo"));
            assertThat(one.read().text())
                    .contains("\"message-ack\"", "\"tempMessageId\":\"t1\"", "\"status\":\"sent\"")
                    .doesNotContain("seqId");
            assertThat(two.read().text()).contains("\"new-message\"", "\"content\":\"hällo\"", "\"sender_id\":\"u1\"");
            assertThat(binary.readDelivery().getMsgBody().toStringUtf8()).isEqualTo("hällo");
            assertThat(binary.sendAcked("u1", "b1", "back").getReason()).isEmpty();
            assertThat(one.read().text()).contains("\"content\":\"back\"", "\"conversationId\":\"single:u1:u2\"");
        }
    }

    @Test
    void answersEveryMistakeAndStaysOpen() throws IOException {
        try (RawClient one = json("u1")) {
            one.sendText("{");
            assertThat(one.read().text()).contains("\"INVALID_MESSAGE\"").doesNotContain("tempMessageId");
            one.sendText("{\"type\":\"sing\"}");
            assertThat(one.read().text()).contains("\"UNKNOWN_TYPE\"");
            one.sendText("{\"type\":\"mark-read\",\"data\":{}}");
            assertThat(one.read().text()).contains("\"UNKNOWN_TYPE\"", "\"reason\":\"durable only\"");
            one.sendText("{\"type\":\"send-message\",\"data\":{\"tempMessageId\":\"t\",\"content\":\"x\"}}");
            assertThat(one.read().text())
                    .contains("missing required field: conversationId", "\"field\":\"conversationId\"")
                    .contains("\"details\":{", "\"tempMessageId\":\"t\"");
            one.sendText(send("t", "single:u1:u2", "x".repeat(5_001)));
            assertThat(one.read().text()).contains("\"MESSAGE_TOO_LARGE\"", "\"tempMessageId\":\"t\"");
            one.send(0x82, new byte[] {1, 2});
            assertThat(one.read().text()).contains("\"INVALID_MESSAGE\"");
            one.sendText(send("t2", "group:nobody-knows", "x"));
            assertThat(one.read().text()).contains("\"status\":\"failed\"", "\"reason\":\"group members empty\"");
            one.sendText("{\"type\":\"ping\"}");
            assertThat(one.read().text()).contains("\"pong\"");
        }
    }

    @Test
    void closesTextThatIsNotUtf8With1007() throws IOException {
        try (RawClient one = json("u1")) {
            one.send(0x81, new byte[] {(byte) 0xc3, 0x28});
            assertThat(one.readClose().closeCode()).isEqualTo(1007);
        }
    }

    @Test
    void selectsJsonByTheUrlForClientsThatOfferNothing() throws IOException {
        String query = RawClient.query(TestGateway.TENANT, "valid:u1", "d1") + "&protocol=json";
        try (RawClient client = RawClient.upgraded(gateway.port(), query)) {
            assertThat(client.handshake()).doesNotContain("Sec-WebSocket-Protocol");
            assertThat(client.read().text()).contains("\"connected\"");
        }
    }

    @Test
    void answersAnUnknownSubProtocolWithProtobuf() throws IOException {
        try (RawClient client = RawClient.upgraded(
                gateway.port(),
                RawClient.query(TestGateway.TENANT, "valid:u1", "d1"),
                "Sec-WebSocket-Protocol: chat")) {
            assertThat(client.handshake()).doesNotContain("Sec-WebSocket-Protocol");
            assertThat(client.readProtobuf().hasConnectAck()).isTrue();
        }
    }

    @Test
    void refusesJsonToAUserWhoseIdCannotBeSpelledInAConversation() throws IOException {
        String query = RawClient.query(TestGateway.TENANT, "valid:a:b", "d1") + "&protocol=json";
        try (RawClient client = RawClient.upgraded(gateway.port(), query)) {
            RawClient.Frame close = client.readClose();
            assertThat(close.closeCode()).isEqualTo(4001);
            assertThat(close.closeReason()).startsWith("invalid user_id: contains :");
        }
    }

    @Test
    void twoDocumentsInOneFrameAreAnsweredByOneErrorAndNeitherIsDone() throws IOException {
        try (RawClient one = json("u1");
                RawClient two = json("u2")) {
            one.sendText(send("t1", "single:u1:u2", "first") + send("t2", "single:u1:u2", "second"));
            assertThat(one.read().text()).contains("\"error\"", "INVALID_MESSAGE", "more than one JSON document");
            one.sendText(send("t3", "single:u1:u2", "\\ud800"));
            assertThat(one.read().text()).contains("\"error\"", "INVALID_MESSAGE", "surrogate");
            one.sendText(send("t4", "single:u1:u2", "last"));
            assertThat(one.read().text()).contains("\"message-ack\"", "\"tempMessageId\":\"t4\"");
            assertThat(two.read().text()).contains("\"content\":\"last\"");
        }
    }
}
