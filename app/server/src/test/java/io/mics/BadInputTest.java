package io.mics;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mics.proto.message.v1.ClientFrame;
import io.mics.proto.message.v1.DeliveryAck;
import io.mics.proto.message.v1.MessageAck;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.proto.message.v1.Recall;
import io.mics.proto.message.v1.SendMessage;
import io.mics.proto.message.v1.ServerError;
import io.mics.proto.message.v1.SyncRequest;
import io.mics.testing.Await;
import io.mics.testing.RawClient;
import io.mics.testing.node.TestGateway;
import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("engine")
class BadInputTest {
    private static final int MAX_BODY = 10_000;
    private static TestGateway gateway;

    @BeforeAll
    static void start() {
        gateway = TestGateway.start(
                "", "max-message-bytes: " + MAX_BODY + "\nplayground: {groups: {group-1: [u1, u2, u3], none: []}}");
    }

    @AfterAll
    static void stop() {
        gateway.close();
    }

    @AfterEach
    void nothingLeaks() {
        gateway.awaitEmpty();
    }

    private static void stillWorks(RawClient client) throws IOException {
        client.ping();
        assertThat(client.readProtobuf().hasHeartbeatPong()).isTrue();
    }

    @Test
    void answersGarbageWith4400AndStaysOpen() throws IOException {
        try (RawClient client = gateway.connect("a", "d")) {
            for (byte[] garbage : new byte[][] {{-1, -1, -1}, {0x0a, 0x7f, 1}, "GET /".getBytes(UTF_8)}) {
                client.send(0x82, garbage);
                ServerError error = client.readProtobuf().getError();
                assertThat(error.getCode()).isEqualTo(4400);
                assertThat(error.getMessage()).isNotEmpty();
            }
            stillWorks(client);
        }
    }

    @Test
    void textThatIsNotUtf8IsNoProtobuf() throws IOException {
        try (RawClient client = gateway.connect("a", "d")) {
            for (int halfOfAPair : new int[] {0xed, 0xc0, 0xff}) {
                byte[] bytes = RawClient.single("b?", "1", "x").toByteArray();
                bytes[indexOf(bytes, '?')] = (byte) halfOfAPair;
                client.send(0x82, bytes);
                assertThat(client.readProtobuf().getError().getCode()).isEqualTo(4400);
            }
            stillWorks(client);
        }
    }

    private static int indexOf(byte[] bytes, char c) {
        int at = 0;
        while (bytes[at] != c) {
            at++;
        }
        return at;
    }

    @Test
    void thePublicPortSpeaksNoHttp2() throws IOException {
        try (RawClient client = RawClient.tcp(gateway.port())) {
            client.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(UTF_8));
            assertThat(client.readHead()).startsWith("HTTP/1.1 ");
        }
    }

    @Test
    void answersTextOnAProtobufConnectionWith4400() throws IOException {
        try (RawClient client = gateway.connect("a", "d")) {
            client.sendText("{\"type\":\"ping\"}");
            assertThat(client.readProtobuf().getError().getCode()).isEqualTo(4400);
            stillWorks(client);
        }
    }

    @Test
    void readsOverATooLargeFrameAndAnswers4401() throws IOException {
        try (RawClient client = gateway.connect("a", "d")) {
            client.send(0x82, new byte[MAX_BODY + 64 * 1024 + 1]);
            assertThat(client.readProtobuf().getError().getCode()).isEqualTo(4401);
            stillWorks(client);
        }
    }

    @Test
    void closesAConnectionThatAnnouncesAnAbsurdFrame() throws IOException {
        try (RawClient client = gateway.connect("a", "d")) {
            client.write(new byte[] {(byte) 0x82, (byte) 0xff, 0, 0, 1, 0, 0, 0, 0, 0, 1, 2, 3, 4});
            assertThat(client.readClose().closeCode()).isEqualTo(1009);
        }
    }

    @Test
    void closesWhatIsNotWebSocketWith1002() throws IOException {
        try (RawClient client = gateway.connect("a", "d")) {
            client.write("GET / HTTP/1.1\r\n\r\n".getBytes(UTF_8));
            assertThat(client.readClose().closeCode()).isEqualTo(1002);
            assertThat(client.isEnded()).isTrue();
        }
    }

    @Test
    void holdsTheBodyLimitAtItsEdge() throws IOException {
        try (RawClient client = gateway.connect("a", "d");
                RawClient receiver = gateway.connect("edge", "d")) {
            assertThat(client.sendAcked("edge", "1", "x".repeat(MAX_BODY)).getReason())
                    .isEmpty();
            assertThat(receiver.readDelivery().getMsgBody().size()).isEqualTo(MAX_BODY);
            assertThat(client.sendAcked("edge", "2", "x".repeat(MAX_BODY + 1)).getReason())
                    .isEqualTo("msg_body_too_large");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "0, '', '', 1, missing to_user_id",
        "1, '', '', 1, missing group_id",
        "0, 'a|b', '', 1, invalid to_user_id",
        "0, ' a', '', 1, invalid to_user_id",
        "1, '', 'g|h', 1, invalid group_id",
        "7, b, g, 1, invalid msg_type",
        "0, b, '', 'a\tb', invalid msg_id",
        "1, '', unheard-of, 1, group members empty",
        "1, '', none, 1, group members empty",
    })
    void namesWhatIsWrongWithAMessage(int type, String to, String group, String id, String reason) throws IOException {
        try (RawClient client = gateway.connect("a", "d")) {
            client.send(ClientFrame.newBuilder()
                    .setMessage(MessageRequest.newBuilder()
                            .setMsgId(id)
                            .setMsgTypeValue(type)
                            .setToUserId(to)
                            .setGroupId(group))
                    .build());
            MessageAck ack = client.readAck();
            assertThat(ack.getStatusValue()).isEqualTo(1);
            assertThat(ack.getReason()).isEqualTo(reason);
            assertThat(ack.getMsgId()).isEqualTo(id);
        }
    }

    @Test
    void refusesIdsOfTenKilobytes() throws IOException {
        String huge = "x".repeat(10_240);
        try (RawClient client = gateway.connect("a", "d")) {
            assertThat(client.sendAcked(huge, "1", "").getReason()).isEqualTo("invalid to_user_id");
            assertThat(client.sendAcked("b", huge, "").getReason()).isEqualTo("invalid msg_id");
        }
        try (RawClient client =
                RawClient.upgraded(gateway.port(), RawClient.query(TestGateway.TENANT, "valid:a", "d".repeat(5_000)))) {
            assertThat(client.readClose().closeReason()).isEqualTo("invalid device_id: is longer than 128 characters");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "playground, '', d, 4001, missing token",
        "playground, wrong, d, 4001, the playground's tokens are valid:{user}",
        "playground, valid:a, '', 4001, 'invalid device_id: is empty'",
        "playground, valid:a, 'a|b', 4001, 'invalid device_id: contains |'",
        "playground, 'valid:a|b', d, 4001, 'invalid user_id: contains |'",
        "nobody, valid:a, d, 4002, unknown tenant",
        "'', valid:a, d, 4002, unknown tenant",
        "'a/../b', valid:a, d, 4002, unknown tenant",
    })
    void saysWhyAConnectionIsRefused(String tenant, String token, String device, int code, String reason)
            throws IOException {
        try (RawClient client = RawClient.upgraded(gateway.port(), RawClient.query(tenant, token, device))) {
            RawClient.Frame close = client.readClose();
            assertThat(close.closeCode()).isEqualTo(code);
            assertThat(close.closeReason()).isEqualTo(reason);
        }
    }

    @Test
    void survivesAThousandConnectionsWithBadTokens() throws IOException {
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            clients.add(RawClient.upgraded(gateway.port(), RawClient.query(TestGateway.TENANT, "bad" + i, "d")));
        }
        for (RawClient client : clients) {
            assertThat(client.readClose().closeCode()).isEqualTo(4001);
            client.close();
        }
        try (RawClient client = gateway.connect("a", "d")) {
            stillWorks(client);
        }
    }

    @Test
    void cleansUpAfterAClientThatVanishes() throws IOException {
        double before = gateway.metric("mics_ws_disconnected_total", "code=\"1006\"");
        for (int i = 0; i < 20; i++) {
            gateway.connect("v" + i, "d").vanish();
        }
        Await.until(
                "twenty vanished", () -> gateway.metric("mics_ws_disconnected_total", "code=\"1006\"") == before + 20);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /ws HTTP/1.1\r\nHost: x\r\n\r\n",
                "GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
                "GET /ws HTTP/1.1\r\n"
                        + "Host: x\r\n"
                        + "Connection: Upgrade\r\n"
                        + "Upgrade: websocket\r\n"
                        + "Sec-WebSocket-Version: 13\r\n"
                        + "Sec-WebSocket-Key: a\r\n"
                        + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n",
                "GET /ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: short\r\n\r\n"
            })
    void answers400ToWhatIsNoUpgrade(String request) throws IOException {
        try (RawClient client = RawClient.tcp(gateway.port())) {
            client.write(request.getBytes(UTF_8));
            assertThat(client.readHead()).startsWith("HTTP/1.1 400");
        }
    }

    @Test
    void letsAHalfOpenUpgradeRequestDisturbNobody() throws IOException {
        List<RawClient> halfOpen = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            RawClient client = RawClient.tcp(gateway.port());
            client.write("GET /ws?tenantId=playground HTTP/1.1\r\nHost: x\r\nConnec".getBytes(UTF_8));
            halfOpen.add(client);
        }
        try (RawClient client = gateway.connect("a", "d")) {
            stillWorks(client);
        }
        for (RawClient client : halfOpen) {
            client.vanish();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "GET /ws?tenantId=playg",
                "GET /ws?tenantId=playground HTTP/1.1\r\nHost: x\r\nConnec",
                "GET /healthz HTTP/1.1\r\nHost: x\r\n\r\nGET /ws HTTP/1.1\r\nHost: x\r\nConnec"
            })
    void closesASocketThatDoesNotFinishItsRequestAndNoWebSocket(String half) throws Exception {
        try (TestGateway hasty = TestGateway.start("", "ws: {handshake-timeout: 300ms}");
                RawClient connected = hasty.connect("a", "d");
                RawClient late = RawClient.tcp(hasty.port()).timeout(Duration.ofSeconds(5))) {
            late.write(half.getBytes(UTF_8));
            if (half.startsWith("GET /healthz")) {
                assertThat(late.readHead()).startsWith("HTTP/1.1 20");
            }
            assertThat(late.isEnded()).isTrue();
            stillWorks(connected);
        }
    }

    @Test
    void closesASocketOnWhichARequestOnlyTricklesIn() throws Exception {
        try (TestGateway hasty = TestGateway.start("", "ws: {handshake-timeout: 300ms}");
                RawClient trickling = RawClient.tcp(hasty.port())) {
            assertThatThrownBy(() -> {
                        for (byte next :
                                "GET /ws?tenantId=".concat("x".repeat(2_000)).getBytes(UTF_8)) {
                            trickling.write(new byte[] {next});
                            LockSupport.parkNanos(10_000_000);
                        }
                    })
                    .isInstanceOf(SocketException.class);
        }
    }

    @Test
    void ignoresAndCountsAFrameItDoesNotKnow() throws IOException {
        try (RawClient client = gateway.connect("a", "d")) {
            double before = gateway.metric("mics_frames_ignored_total");
            client.send(ClientFrame.getDefaultInstance());
            client.send(0x82, new byte[] {(byte) 0xfa, 0x01, 0x00});
            stillWorks(client);
            assertThat(gateway.metric("mics_frames_ignored_total")).isEqualTo(before + 2);
        }
    }

    @Test
    void ignoresAndCountsWhatOnlyDurableTenantsHave() throws IOException {
        try (RawClient client = gateway.connect("a", "d")) {
            double before = gateway.metric("mics_frames_ignored_total");
            client.send(ClientFrame.newBuilder()
                    .setSend(SendMessage.newBuilder().setClientMsgId("1").setConversationId("single:a:b"))
                    .build());
            client.send(ClientFrame.newBuilder()
                    .setSync(SyncRequest.newBuilder().setConversationId("single:a:b"))
                    .build());
            client.send(ClientFrame.newBuilder()
                    .setRecall(Recall.newBuilder().setMessageId(7))
                    .build());
            client.send(ClientFrame.newBuilder()
                    .setDeliveryAck(DeliveryAck.newBuilder().addMessageIds(7))
                    .build());
            stillWorks(client);
            assertThat(gateway.metric("mics_frames_ignored_total")).isEqualTo(before + 4);
        }
    }

    @Test
    void neverForwardsFieldsItDoesNotKnow() throws IOException {
        byte[] unknown = {(byte) 0xfa, 0x06, 0x01, 0x07};
        MessageRequest withUnknown = MessageRequest.newBuilder()
                .setMsgId("1")
                .setToUserId("b")
                .mergeFrom(MessageRequest.parseFrom(unknown))
                .build();
        try (RawClient client = gateway.connect("a", "d");
                RawClient receiver = gateway.connect("b", "d")) {
            client.send(ClientFrame.newBuilder().setMessage(withUnknown).build());
            assertThat(receiver.readDelivery().getUnknownFields().asMap()).isEmpty();
        }
    }
}
