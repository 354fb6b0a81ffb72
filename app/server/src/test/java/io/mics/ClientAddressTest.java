package io.mics;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.testing.RawClient;
import io.mics.testing.node.TestGateway;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whose address counts, seen from the limits it counts against. */
@Tag("engine")
class ClientAddressTest {
    private static final String LIMITS = "connections: 2, connects-per-second: 0, failed-auths-per-minute: 0";
    private static final String PROXIES = "trusted-proxies: [127.0.0.0/8, 10.0.0.0/8], ";
    private static final byte[] SIGNATURE = "\r\n\r\n\0\r\nQUIT\n".getBytes(StandardCharsets.ISO_8859_1);

    private final List<RawClient> open = new ArrayList<>();
    private TestGateway gateway = TestGateway.start("", addresses(PROXIES + LIMITS));

    private static String addresses(String settings) {
        return "addresses: {" + settings + "}";
    }

    @AfterEach
    void stop() throws IOException {
        for (RawClient client : open) {
            client.close();
        }
        gateway.close();
    }

    /** {@code connected}, or the code and reason of the refusal. */
    private String connect(String token, String... headers) throws IOException {
        RawClient client =
                RawClient.upgraded(gateway.port(), RawClient.query("playground", token, "d" + open.size()), headers);
        open.add(client);
        return outcome(client);
    }

    private static String outcome(RawClient client) throws IOException {
        RawClient.Frame first = client.read();
        return first.isClose() ? first.closeCode() + " " + first.closeReason() : "connected";
    }

    private String from(String address) throws IOException {
        return connect("valid:u", "X-Forwarded-For: " + address);
    }

    @Test
    void whomATrustedProxyNamesIsLimitedAndNotTheProxy() throws IOException {
        assertThat(from("203.0.113.1")).isEqualTo("connected");
        assertThat(from("203.0.113.1:4711")).isEqualTo("connected");
        assertThat(from("203.0.113.1")).isEqualTo("4429 too many connections from this address");
        assertThat(from("203.0.113.2")).isEqualTo("connected");
        assertThat(from("[2001:db8::1]:80")).isEqualTo("connected");
        assertThat(from("2001:db8::2")).isEqualTo("connected");
        assertThat(from("2001:db8::3")).startsWith("4429 ");
    }

    @Test
    void whatStandsBeforeTheLastUntrustedAddressIsNotBelieved() throws IOException {
        assertThat(from("198.51.100.1, 203.0.113.1, 10.1.1.1")).isEqualTo("connected");
        assertThat(from("198.51.100.2, 203.0.113.1")).isEqualTo("connected");
        assertThat(from("198.51.100.3,203.0.113.1 , 10.9.9.9, 127.0.0.1")).startsWith("4429 ");
    }

    @Test
    void theOtherHeaderIsNotReadAndPeersWithoutTrustNameNobody() throws IOException {
        for (int i = 0; i < 4; i++) {
            assertThat(connect("valid:u", "Forwarded: for=203.0.113.1")).isEqualTo("connected");
        }
        gateway.close();
        gateway = TestGateway.start("", addresses(LIMITS));
        for (int i = 0; i < 4; i++) {
            assertThat(from("203.0.113.1")).isEqualTo("connected");
        }
    }

    @Test
    void theStandardHeaderIsReadWhereItIsChosen() throws IOException {
        gateway.close();
        gateway = TestGateway.start("", addresses("trusted-proxies: [127.0.0.1], forwarded: forwarded, " + LIMITS));
        String header = "Forwarded: for=198.51.100.7, For=\"[2001:db8::1]:80\";proto=https";
        assertThat(connect("valid:u", header)).isEqualTo("connected");
        assertThat(connect("valid:u", header)).isEqualTo("connected");
        assertThat(connect("valid:u", header)).startsWith("4429 ");
        assertThat(from("2001:db8::1")).isEqualTo("connected");
    }

    @Test
    void failedLoginsMakeTheirAddressWaitAndNoOther() throws IOException {
        gateway.close();
        gateway = TestGateway.start("", addresses(PROXIES + "connects-per-second: 0, failed-auths-per-minute: 3"));
        for (int i = 0; i < 4; i++) {
            assertThat(connect("wrong", "X-Forwarded-For: 203.0.113.9")).startsWith("4001 ");
        }
        assertThat(from("203.0.113.9")).matches("4429 too many failed logins from this address; reconnect=\\d+ms");
        assertThat(from("203.0.113.10")).isEqualTo("connected");
    }

    @Test
    void aProxyHeaderNamesTheClientOfItsWholeConnection() throws IOException {
        for (String expected : List.of("connected", "connected", "4429")) {
            RawClient client =
                    proxied(header(0x21, 0x11, new byte[] {(byte) 203, 0, 113, 5, 127, 0, 0, 1, 4, 0, 31, -112}));
            assertThat(outcome(client)).startsWith(expected);
        }
        assertThat(outcome(proxied(header(0x20, 0, new byte[0])))).isEqualTo("connected");
    }

    @Test
    void aMalformedProxyHeaderAndOneOfAnUntrustedPeerAreRefused() throws IOException {
        try (RawClient client = RawClient.tcp(gateway.port())) {
            client.write(header(0x21, 0x11, new byte[] {1, 2}));
            assertThat(client.isEnded()).isTrue();
        }
        gateway.close();
        gateway = TestGateway.start("", addresses(LIMITS));
        try (RawClient client = RawClient.tcp(gateway.port())) {
            client.write(header(0x20, 0, new byte[0]));
            client.write("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(client.readHead()).startsWith("HTTP/1.1 400 ");
        }
    }

    private RawClient proxied(byte[] header) throws IOException {
        RawClient client = RawClient.tcp(gateway.port());
        open.add(client);
        client.write(header);
        client.write(("GET /ws?" + RawClient.query("playground", "valid:u", "p" + open.size())
                        + " HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
                        + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
                .getBytes(StandardCharsets.US_ASCII));
        assertThat(client.readHead()).startsWith("HTTP/1.1 101 ");
        return client;
    }

    private static byte[] header(int command, int family, byte[] addresses) {
        ByteArrayOutputStream header = new ByteArrayOutputStream();
        header.writeBytes(SIGNATURE);
        header.write(command);
        header.write(family);
        header.write(addresses.length >> 8);
        header.write(addresses.length);
        header.writeBytes(addresses);
        return header.toByteArray();
    }
}
