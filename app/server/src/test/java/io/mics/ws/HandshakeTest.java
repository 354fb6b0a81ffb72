package io.mics.ws;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.mics.testing.RawClient;
import io.mics.testing.node.TestGateway;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who gets a WebSocket and who does not, over requests written by hand. */
@Tag("engine")
class HandshakeTest {
    private static final String QUERY = "tenantId=playground&token=valid:u1&deviceId=d1";
    private static final String UPGRADE = "Upgrade: websocket";
    private static final String CONNECTION = "Connection: Upgrade";
    private static final String VERSION = "Sec-WebSocket-Version: 13";
    private static final String KEY = "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==";
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

    /** The head of the answer to a request of these lines; {@code Host} is there. */
    private static String answer(String requestLine, String... headers) throws IOException {
        try (RawClient client = RawClient.tcp(gateway.port())) {
            client.write((requestLine + " HTTP/1.1\r\nHost: localhost\r\n" + String.join("\r\n", headers) + "\r\n\r\n")
                    .getBytes(ISO_8859_1));
            return client.readHead();
        }
    }

    private static String get(String target) throws IOException {
        return answer("GET " + target, UPGRADE, CONNECTION, VERSION, KEY);
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "HEAD", "OPTIONS"})
    void onlyAGetIsUpgraded(String method) throws IOException {
        assertThat(answer(method + " /ws?" + QUERY, UPGRADE, CONNECTION, VERSION, KEY))
                .startsWith("HTTP/1.1 400");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Upgrade: websocket|Sec-WebSocket-Version: 13|Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                "Upgrade: websocket|Connection: keep-alive|Sec-WebSocket-Version: 13|Sec-WebSocket-Key: "
                        + "dGhlIHNhbXBsZSBub25jZQ==",
                "Connection: Upgrade|Sec-WebSocket-Version: 13|Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                "Upgrade: websockets|Connection: Upgrade|Sec-WebSocket-Version: 13|Sec-WebSocket-Key: "
                        + "dGhlIHNhbXBsZSBub25jZQ==",
                "Upgrade: websocket|Connection: Upgrade|Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                "Upgrade: websocket|Connection: Upgrade|Sec-WebSocket-Version: 13",
                "Upgrade: websocket|Connection: Upgrade|Sec-WebSocket-Version: 13|Sec-WebSocket-Key: short",
                "Upgrade: websocket|Connection: Upgrade|Sec-WebSocket-Version: 13|Sec-WebSocket-Key: "
                        + "dGhlIHNhbXBsZSBub25jZQ",
                "Upgrade: websocket|Connection: Upgrade|Sec-WebSocket-Version: 13|Sec-WebSocket-Key: "
                        + "dGhlIHNhbXBsZSBub25jZSE=",
                "Upgrade: websocket|Connection: Upgrade|Sec-WebSocket-Version: 13|Sec-WebSocket-Key: "
                        + "dGhlIHNhbXBsZSBub25jZQ==|Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
                "Upgrade: websocket|Connection: Upgrade|Sec-WebSocket-Version: 13|Sec-WebSocket-Key: "
                        + "dGhlIHNhbXBsZSBub25jZQ==|Authorization: Bearer valid:u1|Authorization: Bearer valid:u2",
                "Upgrade: websocket|Connection: Upgrade|Sec-WebSocket-Version: 13|Sec-WebSocket-Key: "
                        + "dGhlIHNhbXBsZSBub25jZQ==|Origin: http://localhost|Origin: https://evil.example",
                "Upgrade: websocket|Connection: Upgrade|Sec-WebSocket-Version: 13|Sec-WebSocket-Key: "
                        + "dGhlIHNhbXBsZSBub25jZQ==|Content-Length: 4",
            })
    void whatIsNoProperHandshakeIsABadRequest(String headers) throws IOException {
        assertThat(answer("GET /ws?" + QUERY, headers.split("\\|"))).startsWith("HTTP/1.1 400");
    }

    @ParameterizedTest
    @ValueSource(strings = {"8", "14", "013", "13, 8", "thirteen", "13\r\nSec-WebSocket-Version: 8"})
    void anotherVersionIsAnsweredWithTheOneThereIs(String version) throws IOException {
        assertThat(answer("GET /ws?" + QUERY, UPGRADE, CONNECTION, "Sec-WebSocket-Version: " + version, KEY))
                .startsWith("HTTP/1.1 426")
                .containsIgnoringCase("Sec-WebSocket-Version: 13\r\n")
                .containsIgnoringCase("Upgrade: websocket\r\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Upgrade: WebSocket | Connection: upgrade",
                "Upgrade: WEBSOCKET | Connection: keep-alive, UPGRADE",
                "Upgrade: h2c, WebSocket | Connection: Upgrade, HTTP2-Settings",
                "Upgrade: websocket,foo/2 | Connection:upgrade,",
                "upgrade:wEbSoCkEt | CONNECTION: Keep-Alive,Upgrade",
            })
    void upgradeAndConnectionAreListsWithoutCase(String upgrade, String connection) throws IOException {
        assertThat(answer("GET /ws?" + QUERY, upgrade, connection, VERSION, KEY))
                .startsWith("HTTP/1.1 101")
                .contains("Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/ws/?tenantId=playground&token=valid:u1&deviceId=d1",
                "/ws?tenantid=playground&TOKEN=valid:u1&DeviceId=d1",
                "/ws?TENANTID=playground&Token=valid%3Au1&deviceid=d%31",
                "/ws?other=1&other=2&TenantId=playground&token=valid:u1&deviceID=d1&",
            })
    void theSpellingsOfTheEarlierServerAreTaken(String target) throws IOException {
        try (RawClient client = RawClient.tcp(gateway.port())) {
            client.write(("GET " + target + " HTTP/1.1\r\nHost: localhost\r\n" + UPGRADE + "\r\n" + CONNECTION + "\r\n"
                            + VERSION + "\r\n" + KEY + "\r\n\r\n")
                    .getBytes(ISO_8859_1));
            assertThat(client.readHead()).startsWith("HTTP/1.1 101");
            assertThat(client.readProtobuf().getConnectAck().getUserId()).isEqualTo("u1");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/ws?tenantId=playground&tenantId=playground&token=valid:u1&deviceId=d1",
                "/ws?tenantId=playground&TENANTID=other&token=valid:u1&deviceId=d1",
                "/ws?tenantId=playground&token=valid:u1&%74oken=valid:u2&deviceId=d1",
                "/ws?tenantId=playground&token=valid:u1&deviceId=d%",
                "/ws?tenantId=playground&token=valid:u1&deviceId=d%1",
                "/ws?tenantId=playground&token=valid:u1&deviceId=d%zz",
                "/ws?tenantId=playground&token=valid:u1&deviceId=d%+1",
                "/ws?tenantId=playground&token=valid:u1&deviceId=%ff",
                "/ws?tenantId=playground&token=valid:u1&deviceId=%c0%af",
                "/ws?tenantId=playground&token=valid:u1&deviceId=%ed%a0%80",
                "/ws?tenantId=playground&token=valid:u1&deviceId=\u00e4",
            })
    void aQueryThatReadsTwoWaysIsABadRequest(String target) throws IOException {
        assertThat(get(target)).startsWith("HTTP/1.1 400");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/WS", "//ws", "/w%73", "/ws;a=b", "/./ws", "/x/../ws", "/ws%2f", "/ws//", "/ws/x"})
    void thereIsOnePath(String path) throws IOException {
        assertThat(get(path + "?" + QUERY)).matches(head -> head.startsWith("HTTP/1.1 40"), "400 or 404");
    }

    @Test
    void whatComesBehindARefusedHandshakeIsNotRead() throws IOException {
        try (RawClient client = RawClient.tcp(gateway.port())) {
            client.write(("GET /ws HTTP/1.1\r\nHost: localhost\r\n" + UPGRADE + "\r\n" + CONNECTION
                            + "\r\n\r\nGET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n")
                    .getBytes(ISO_8859_1));
            assertThat(client.readHead()).startsWith("HTTP/1.1 400").containsIgnoringCase("Connection: close");
        }
    }

    @Test
    void inThePlaygroundOnlyPagesOfThisMachineConnect() throws IOException {
        for (String origin : new String[] {"http://localhost:3000", "http://127.0.0.1", "https://[::1]:8443"}) {
            try (RawClient client = RawClient.upgraded(gateway.port(), QUERY, "Origin: " + origin)) {
                assertThat(client.readProtobuf().hasConnectAck()).as(origin).isTrue();
            }
        }
        for (String origin : new String[] {
            "https://evil.example",
            "null",
            "http://localhost.evil.example:8080",
            "http://127.0.0.1.evil.example",
            "http://localhost@evil.example",
            "localhost"
        }) {
            try (RawClient client = RawClient.upgraded(gateway.port(), QUERY, "Origin: " + origin)) {
                RawClient.Frame close = client.readClose();
                assertThat(close.closeCode()).as(origin).isEqualTo(4001);
                assertThat(close.closeReason()).isEqualTo("origin not allowed");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65_535})
    void aCloseCodeThatMayNotBeOnTheWireIsAProtocolError(int code) throws IOException {
        try (RawClient client = gateway.connect("u1", "d1")) {
            client.send(0x88, ByteBuffer.allocate(2).putShort((short) code).array());
            assertThat(client.readClose().closeCode()).isEqualTo(1002);
            assertThat(client.isEnded()).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1000, 1001, 1003, 1007, 1011, 1012, 1014, 3000, 4000, 4999})
    void anyOtherCloseIsAnsweredInKind(int code) throws IOException {
        try (RawClient client = gateway.connect("u1", "d1")) {
            client.send(0x88, ByteBuffer.allocate(2).putShort((short) code).array());
            assertThat(client.readClose().closeCode()).isEqualTo(1000);
        }
    }
}
