package io.mics.admin;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.mics.testing.RawClient;
import io.mics.testing.node.TestGateway;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may ask under {@code /internal}, by requests written by hand. */
@Tag("engine")
class AdminAccessTest {
    private static final String TENANTS = "tenants:\n  t1:\n    hooks: {base-url: \"http://127.0.0.1:1\"}\n";
    private static final String TOKEN = "open-sesame";
    private static TestGateway gateway;
    private static TestGateway withToken;

    @BeforeAll
    static void start() {
        gateway = TestGateway.start(TENANTS, "");
        withToken = TestGateway.start(TENANTS, "admin-token: " + TOKEN);
    }

    @AfterAll
    static void stop() {
        gateway.close();
        withToken.close();
    }

    /** The head of the answer to a request of these lines, from its status on. */
    private static String answer(int port, String requestLine, String... headers) throws IOException {
        try (RawClient client = RawClient.tcp(port)) {
            client.write(
                    (requestLine + " HTTP/1.1\r\n" + String.join("\r\n", headers) + "\r\n\r\n").getBytes(ISO_8859_1));
            String head = client.readHead();
            assertThat(head).startsWith("HTTP/1.1 ");
            return head.substring("HTTP/1.1 ".length());
        }
    }

    private static String host(int port) {
        return "Host: localhost:" + port;
    }

    private static String withHost(String host) throws IOException {
        return answer(gateway.port(), "GET /internal/hooks", "Host: " + host.formatted(gateway.port()));
    }

    private static String withHeader(String... headers) throws IOException {
        String[] all = new String[headers.length + 1];
        all[0] = host(gateway.port());
        System.arraycopy(headers, 0, all, 1, headers.length);
        return answer(gateway.port(), "GET /internal/hooks", all);
    }

    private static String withToken(String authorization) throws IOException {
        return answer(withToken.port(), "GET /internal/hooks", "Host: far.example", "Authorization: " + authorization);
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost:%d", "LocalHost:%d", "127.0.0.1:%d", "127.200.0.3:%d", "[::1]:%d"})
    void aToolThatNamesThisMachineAndPortIsAnswered(String host) throws IOException {
        assertThat(withHost(host)).startsWith("200");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "evil.example:%d", "evil.example", "localhost", "localhost:1", "localhost.:%d",
                        "localhost.evil.example:%d",
                "127.0.0.1.evil.example:%d", "127.0.0.256:%d", "127.1:%d", "128.0.0.1:%d", "0.0.0.0:%d", "[::]:%d",
                "10.0.0.1:%d", "localhost:0%d", "user@localhost:%d"
            })
    void aNameThatAnotherGaveThisMachineIsNot(String host) throws IOException {
        assertThat(withHost(host)).startsWith("40");
    }

    @Test
    void oneHostIsOneHost() throws IOException {
        int port = gateway.port();
        assertThat(answer(port, "GET /internal/hooks", "Accept: */*")).startsWith("40");
        assertThat(answer(port, "GET /internal/hooks", host(port), "Host: evil.example"))
                .startsWith("40");
        assertThat(answer(port, "GET /internal/hooks", "Host: evil.example", host(port)))
                .startsWith("40");
        assertThat(answer(port, "GET http://evil.example/internal/hooks", host(port)))
                .startsWith("40");
        assertThat(answer(port, "GET http://localhost:" + port + "/internal/hooks", host(port)))
                .startsWith("40");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Origin: http://localhost:8080", "Origin: null", "Referer: http://evil.example/", "Cookie: a=b",
                "Sec-Fetch-Site: same-origin", "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: cors",
                        "Accept-Language: de",
                "Via: 1.1 proxy", "Forwarded: for=10.0.0.1", "X-Forwarded-For: 10.0.0.1", "X-Forwarded-Proto: https",
                "X-Real-IP: 10.0.0.1", "X-Request-Id: 1", "CF-Connecting-IP: 10.0.0.1", "True-Client-IP: 10.0.0.1",
                "X-Amzn-Trace-Id: 1", "Fly-Client-IP: 10.0.0.1", "X-Envoy-External-Address: 10.0.0.1",
                        "Max-Forwards: 3",
                "Cdn-Loop: x", "X-Whatever-Comes-Next: 1"
            })
    void whatPagesAndProxiesAddHidesIt(String header) throws IOException {
        assertThat(withHeader(header)).startsWith("404");
    }

    @Test
    void whatToolsSendDoesNot() throws IOException {
        assertThat(withHeader("User-Agent: curl/8.5.0", "Accept: */*")).startsWith("200");
        assertThat(withHeader(
                        "User-Agent: Java-http-client/25",
                        "Upgrade: h2c",
                        "HTTP2-Settings: AAEAAEAA",
                        "Accept-Encoding: gzip"))
                .startsWith("200");
        assertThat(answer(
                        gateway.port(),
                        "POST /internal/hooks/validate",
                        host(gateway.port()),
                        "Content-Type: application/x-www-form-urlencoded",
                        "Content-Length: 0"))
                .startsWith("200");
    }

    @Test
    void anAddressThatIsTypedIntoABrowserIsAnsweredAndAFollowedLinkIsNot() throws IOException {
        String[] typed = {
            "Sec-Fetch-Site: none",
            "Sec-Fetch-Mode: navigate",
            "Sec-Fetch-Dest: document",
            "Accept-Language: de",
            "Upgrade-Insecure-Requests: 1",
            "Cookie: of=another-port",
            "sec-ch-ua: \"x\""
        };
        assertThat(withHeader(typed)).startsWith("200");
        for (String site : List.of("same-origin", "same-site", "cross-site", "none, cross-site", "")) {
            typed[0] = "Sec-Fetch-Site: " + site;
            assertThat(withHeader(typed)).as(site).startsWith("404");
        }
        assertThat(answer(
                        gateway.port(),
                        "POST /internal/hooks/validate",
                        host(gateway.port()),
                        "Sec-Fetch-Site: none",
                        "Content-Length: 0"))
                .startsWith("404");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/internal%2fhooks",
                "/internal/hooks/",
                "/internal%2Fhooks",
                "//internal/hooks",
                "/internal//hooks",
                "/internal;a=b/hooks",
                "/internal/hooks;a=b",
                ";a=b/internal/hooks",
                "/;a=b/internal/hooks",
                "/./internal/hooks",
                "/x/../internal/hooks",
                "/internal/./hooks",
                "/internal/x/../hooks",
                "/%69nternal/hooks",
                "/internal/hook%73",
                "/internal/%2e/hooks",
                "/internal/%2e%2e/internal/hooks",
                "/Internal/hooks",
                "/INTERNAL/hooks",
                "/internal\\hooks",
                "\\internal\\hooks",
                "///internal/hooks",
                "/internal/hooks/t1%2fx",
                "/internal/hooks/%2e%2e",
                "/internal/messages/../hooks",
                "/%2finternal/hooks",
                "/internal%00/hooks",
                "/internal/hooks/..;/hooks",
                "internal/hooks"
            })
    void everyOtherSpellingDoesNotExistTokenOrNot(String path) throws IOException {
        assertThat(answer(gateway.port(), "GET " + path, host(gateway.port()))).startsWith("40");
        assertThat(answer(withToken.port(), "GET " + path, host(withToken.port()), "Authorization: Bearer " + TOKEN))
                .startsWith("40");
    }

    @Test
    void theTokenIsTakenFromAnywhereAndGuessesAreSlowedDown() throws IOException {
        assertThat(withToken("Bearer " + TOKEN)).startsWith("200");
        assertThat(withToken("bearer " + TOKEN)).startsWith("200");
        assertThat(answer(withToken.port(), "GET /internal/hooks", host(withToken.port())))
                .startsWith("401")
                .containsIgnoringCase("WWW-Authenticate: Bearer");
        try (TestGateway guessed = TestGateway.start(TENANTS, "admin-token: " + TOKEN)) {
            String[] wrong = {"Bearer", "Bearer ", "Bearer open-sesam", "Bearer open-sesame2", "Basic b3Blbi1zZXNhbWU6"
            };
            for (int i = 0; i < FailedAttempts.BURST; i++) {
                assertThat(answer(
                                guessed.port(),
                                "GET /internal/hooks",
                                host(guessed.port()),
                                "Authorization: " + wrong[i % wrong.length]))
                        .startsWith("401");
            }
            assertThat(answer(
                            guessed.port(),
                            "GET /internal/hooks",
                            host(guessed.port()),
                            "Authorization: Bearer " + TOKEN))
                    .as("else the answer would still tell")
                    .startsWith("429")
                    .containsIgnoringCase("Retry-After: 6");
        }
    }

    @Test
    void guessesCountForWhomATrustedProxyNamesAndNotForTheProxy() throws IOException {
        try (TestGateway behind =
                TestGateway.start(TENANTS, "admin-token: " + TOKEN + "\naddresses: {trusted-proxies: [127.0.0.0/8]}")) {
            for (int i = 0; i < FailedAttempts.BURST; i++) {
                assertThat(proxied(behind, "203.0.113.7", "wrong")).startsWith("401");
            }
            assertThat(proxied(behind, "203.0.113.7", TOKEN)).startsWith("429");
            assertThat(proxied(behind, "203.0.113.8", TOKEN)).startsWith("200");
        }
    }

    private static String proxied(TestGateway behind, String client, String token) throws IOException {
        return answer(
                behind.port(),
                "GET /internal/hooks",
                host(behind.port()),
                "X-Forwarded-For: " + client,
                "Authorization: Bearer " + token);
    }

    @Test
    void aClientElsewhereIsNoToolOnThisMachineWhateverItsProxyPassesOn() throws IOException {
        try (TestGateway behind = TestGateway.start("", "addresses: {trusted-proxies: [127.0.0.0/8]}")) {
            for (String path : List.of("/internal/hooks", "/")) {
                assertThat(throughTcpProxy(behind.port(), path, (byte) 203)).startsWith("HTTP/1.1 404 ");
                assertThat(throughTcpProxy(behind.port(), path, (byte) 127)).startsWith("HTTP/1.1 200 ");
            }
        }
    }

    /** The head of the answer to a client at {@code first}.0.113.7 whose proxy says so before its first byte. */
    private static String throughTcpProxy(int port, String path, byte first) throws IOException {
        ByteArrayOutputStream sent = new ByteArrayOutputStream();
        sent.writeBytes("\r\n\r\n\0\r\nQUIT\n".getBytes(ISO_8859_1));
        sent.writeBytes(new byte[] {0x21, 0x11, 0, 12, first, 0, 113, 7, 127, 0, 0, 1, 4, 0, 31, -112});
        sent.writeBytes(("GET " + path + " HTTP/1.1\r\n" + host(port) + "\r\n\r\n").getBytes(ISO_8859_1));
        try (RawClient client = RawClient.tcp(port)) {
            client.write(sent.toByteArray());
            return client.readHead();
        }
    }

    @Test
    void twoTokensAreNone() throws IOException {
        assertThat(answer(
                        withToken.port(),
                        "GET /internal/hooks",
                        host(withToken.port()),
                        "Authorization: Bearer " + TOKEN,
                        "Authorization: Bearer x"))
                .startsWith("401");
    }

    @Test
    void metricsThatAreNotPublicAreForWhoeverMayAskAndReadinessIsForAll() throws IOException {
        try (TestGateway guarded = TestGateway.start(TENANTS, "metrics: {public: false}")) {
            int port = guarded.port();
            assertThat(answer(port, "GET /metrics", host(port))).startsWith("200");
            assertThat(guarded.get("/metrics").body()).contains("mics_ws_connections");
            for (String path : List.of("/metrics", "/metrics/", "/metrics/x")) {
                assertThat(answer(port, "GET " + path, "Host: far.example"))
                        .as(path)
                        .startsWith("404");
            }
            assertThat(answer(port, "GET /%6detrics", "Host: far.example")).startsWith("404");
            assertThat(answer(port, "GET /readyz", "Host: far.example")).startsWith("200");
            assertThat(answer(port, "GET /healthz", "Host: far.example")).startsWith("200");
        }
        assertThat(answer(gateway.port(), "GET /metrics", "Host: far.example")).startsWith("200");
    }

    @Test
    void anInternalPortOfItsOwnHasMetricsAndReadinessToo() throws IOException {
        int internal = freePort();
        try (TestGateway apart =
                TestGateway.start(TENANTS, "internal-port: " + internal + "\nmetrics: {public: false}")) {
            for (String path : List.of("/metrics", "/readyz", "/healthz")) {
                assertThat(answer(internal, "GET " + path, "Host: far.example"))
                        .as(path)
                        .startsWith("200");
            }
            assertThat(answer(apart.port(), "GET /metrics", host(apart.port()))).startsWith("404");
            assertThat(answer(apart.port(), "GET /readyz", "Host: far.example")).startsWith("200");
            assertThat(answer(apart.port(), "GET /internal/hooks", host(apart.port())))
                    .startsWith("404");
            assertThat(answer(internal, "GET /internal/hooks", host(internal))).startsWith("200");
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
