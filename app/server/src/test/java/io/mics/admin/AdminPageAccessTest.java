package io.mics.admin;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.mics.testing.RawClient;
import io.mics.testing.node.TestGateway;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Who may see the page under {@code /internal}, by requests written by hand. */
@Tag("engine")
class AdminPageAccessTest {
    private static final String TENANTS = "tenants:\n  t1:\n    hooks: {base-url: \"http://127.0.0.1:1\"}\n";
    private static final String TOKEN = "open:sesame";
    private static final List<String> PATHS = List.of(
            "/internal/playground",
            "/internal/playground.js",
            "/internal/playground-words.json",
            "/internal/playground/about",
            "/internal/playground/explain?tenant=t1&msgId=m1");

    private static TestGateway gateway;
    private static TestGateway withToken;

    @BeforeAll
    static void start() {
        gateway = TestGateway.start(TENANTS, "playground: {page: true}");
        withToken = TestGateway.start(TENANTS, "admin-token: '" + TOKEN + "'\nplayground: {page: true}");
    }

    @AfterAll
    static void stop() {
        gateway.close();
        withToken.close();
    }

    private static String answer(TestGateway of, String requestLine, String... headers) throws IOException {
        try (RawClient client = RawClient.tcp(of.port())) {
            client.write((requestLine + " HTTP/1.1\r\nHost: localhost:" + of.port() + "\r\n"
                            + String.join("\r\n", headers) + (headers.length > 0 ? "\r\n" : "") + "\r\n")
                    .getBytes(ISO_8859_1));
            return client.readHead().substring("HTTP/1.1 ".length());
        }
    }

    private static String basic(String login) {
        return "Authorization: Basic " + Base64.getEncoder().encodeToString(login.getBytes(UTF_8));
    }

    @Test
    void isNotThereUnlessItIsTurnedOn() throws IOException {
        try (TestGateway off = TestGateway.start(TENANTS, "")) {
            for (String path : PATHS) {
                assertThat(answer(off, "GET " + path)).as(path).startsWith("404");
            }
        }
        assertThat(answer(gateway, "GET /")).as("there is no playground").startsWith("404");
        assertThat(answer(gateway, "GET /playground/about")).startsWith("404");
    }

    @Test
    void aBrowserOnThisMachineSeesItAndWhatItLoads() throws IOException {
        for (String path : PATHS) {
            assertThat(answer(gateway, "GET " + path, "Sec-Fetch-Site: none", "Accept-Language: en"))
                    .as(path)
                    .startsWith("200");
            assertThat(answer(
                            gateway,
                            "GET " + path,
                            "Sec-Fetch-Site: same-origin",
                            "Origin: http://localhost:" + gateway.port(),
                            "Referer: http://localhost:" + gateway.port() + "/internal/playground",
                            "sec-ch-ua: \"x\""))
                    .as(path)
                    .startsWith("200");
        }
        assertThat(answer(gateway, "GET /internal/hooks", "Sec-Fetch-Site: same-origin"))
                .as("nothing else")
                .startsWith("404");
    }

    @Test
    void pagesOfOthersAndWhatProxiesPassOnDoNot() throws IOException {
        for (String path : PATHS) {
            for (String site : List.of("cross-site", "same-site", "none, cross-site", "")) {
                assertThat(answer(gateway, "GET " + path, "Sec-Fetch-Site: " + site))
                        .as(site)
                        .startsWith("404");
            }
            for (String header : List.of("X-Forwarded-For: 10.0.0.1", "Via: 1.1 proxy", "X-Whatever-Comes-Next: 1")) {
                assertThat(answer(gateway, "GET " + path, "Sec-Fetch-Site: none", header))
                        .as(header)
                        .startsWith("404");
            }
            assertThat(answer(gateway, "GET " + path, "Host: evil.example")).startsWith("40");
        }
    }

    @Test
    void theTokenIsThePasswordThatABrowserAsksFor() throws IOException {
        for (String path : PATHS) {
            assertThat(answer(withToken, "GET " + path)).startsWith("401").contains("Basic realm=");
            assertThat(answer(withToken, "GET " + path, basic("anybody:" + TOKEN), "Sec-Fetch-Site: cross-site"))
                    .as("from anywhere, as with Bearer")
                    .startsWith("200");
            assertThat(answer(withToken, "GET " + path, "Authorization: Bearer " + TOKEN))
                    .startsWith("200");
        }
        assertThat(answer(withToken, "GET /internal/hooks", basic("anybody:" + TOKEN)))
                .as("a password goes along with requests of other sites, so it counts for the page alone")
                .startsWith("401")
                .contains("Bearer");
    }

    @Test
    void guessesOfThePasswordAreSlowedDown() throws IOException {
        try (TestGateway guessed =
                TestGateway.start(TENANTS, "admin-token: '" + TOKEN + "'\nplayground: {page: true}")) {
            List<String> wrong = List.of(
                    basic("anybody:open:sesam"),
                    basic(TOKEN + ":"),
                    basic("no colon"),
                    "Authorization: Basic ?",
                    basic(""));
            for (int i = 0; i < FailedAttempts.BURST; i++) {
                assertThat(answer(guessed, "GET /internal/playground", wrong.get(i % wrong.size())))
                        .startsWith("401");
            }
            assertThat(answer(guessed, "GET /internal/playground", basic("anybody:" + TOKEN)))
                    .startsWith("429");
            assertThat(answer(guessed, "GET /internal/hooks", "Authorization: Bearer " + TOKEN))
                    .startsWith("429");
        }
    }

    @Test
    void aPageOfAnotherSiteDoesNotLockOutWhoeverHasLoggedIn() throws IOException {
        for (int i = 0; i <= FailedAttempts.BURST; i++) {
            assertThat(answer(
                            withToken, "GET /internal/hooks", basic("anybody:" + TOKEN), "Sec-Fetch-Site: cross-site"))
                    .startsWith("401");
        }
        assertThat(answer(withToken, "GET /internal/hooks", "Authorization: Bearer " + TOKEN))
                .startsWith("200");
    }
}
