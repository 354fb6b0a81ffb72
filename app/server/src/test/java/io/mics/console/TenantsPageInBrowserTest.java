package io.mics.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.sdk.hook.example.BackendSettings;
import io.mics.sdk.hook.example.ExampleBackend;
import io.mics.testing.Await;
import io.mics.testing.Browser;
import io.mics.testing.Page;
import io.mics.testing.gateway.TestPorts;
import io.mics.testing.node.TestGateway;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The page for configured tenants ({@code playground.page}), in a real browser. */
@SuppressWarnings("NullAway.Init")
@Tag("engine")
class TenantsPageInBrowserTest {
    private static final String TOKEN = "open-sesame";
    private static Browser browser;

    private ExampleBackend backend;

    @BeforeAll
    static void launch() throws IOException, InterruptedException {
        Optional<java.nio.file.Path> chromium = Browser.find();
        Assumptions.assumeTrue(
                chromium.isPresent(),
                "skipped: no Chromium found; install one, or name it in the environment variable CHROMIUM");
        browser = Browser.launch(chromium.orElseThrow());
    }

    @AfterAll
    static void quit() {
        if (browser != null) {
            browser.close();
        }
    }

    @BeforeEach
    void startBackend() throws IOException {
        backend = new ExampleBackend(BackendSettings.forTests(""));
        backend.setGroup("team", List.of("ann", "bob"));
    }

    @AfterEach
    void stopBackend() {
        backend.close();
    }

    private String tenants(String more) {
        return "tenants:\n  t1:\n    hooks: {base-url: \"" + backend.baseUrl() + "\", timeout: 5s, auth-timeout: 5s}\n"
                + more;
    }

    private static void login(Page page, String side, String token) throws InterruptedException {
        page.await(Page.element(side + "-token") + " !== null");
        page.type(side + "-token", token);
        page.pressEnter();
    }

    @Test
    void usersOfATenantChatWithTheTokensThatAreTyped() throws IOException, InterruptedException {
        try (TestGateway node = TestGateway.start(tenants(""), "playground: {page: true}");
                Page page = browser.open("http://127.0.0.1:" + node.port() + "/internal/playground")) {
            login(page, "left", "valid:ann");
            login(page, "right", "valid:bob");
            page.await(Page.shows("left-title", "ann") + " && " + Page.shows("right-title", "bob"));
            assertThat(page.evaluate(Page.element("left-to") + ".value + " + Page.element("right-to") + ".value")
                            .toString())
                    .isEqualTo("\"bobann\"");

            page.type("left-text", "hello tenant");
            page.pressEnter();
            page.await(Page.lists("right-received", "hello tenant", "from ann"));
            page.await(Page.lists("left-own", "hello tenant", "sent · delivered to 1 device"));

            page.click("right-addDevice");
            page.await(Page.shows("column-3-state", "connected") + " && " + Page.shows("column-3-title", "bob"));
            page.type("left-groupName", "team");
            page.type("left-text", "hello team");
            page.pressEnter();
            page.await(Page.lists("column-3-received", "hello team", "in group team"));
            page.await(Page.lists("left-own", "hello team", "delivered to 3 devices of 2 of 2 members"));
            page.await("[...document.querySelectorAll('#groups option')].some((o) => o.value === 'team')");
            page.click("left-explain");
            page.await(Page.lists("explain-steps", "received", "SENT"));
        }
    }

    @Test
    void everythingFitsOneScreenThereToo() throws IOException, InterruptedException {
        try (TestGateway node = TestGateway.start(tenants(""), "playground: {page: true}");
                Page page = browser.open("http://127.0.0.1:" + node.port() + "/internal/playground")) {
            page.size(1280, 850);
            page.await(Page.element("right-connect") + " !== null");
            page.screenshot(java.nio.file.Path.of("target/screenshots/playground-tenants.png"));
            for (String part :
                    List.of("tenant", "device", "token", "server", "connect", "messages", "send", "frames")) {
                assertThat(page.evaluate("(({top, bottom, left, right, width}) => top >= 0 && left >= 0 && width > 40"
                                        + " && bottom <= innerHeight && right <= innerWidth)("
                                        + Page.element("right-" + part) + ".getBoundingClientRect())")
                                .toString())
                        .as(part)
                        .isEqualTo("true");
            }
        }
    }

    @Test
    void itIsThereFromOneReloadOfTheFileToTheNextAndAsksForTheAdminToken() throws IOException, InterruptedException {
        int internal = TestPorts.free();
        String fixed = "internal-port: " + internal + "\nadmin-token: " + TOKEN + "\n";
        try (TestGateway node = TestGateway.start(tenants(""), fixed);
                Page page = browser.open("about:blank")) {
            String address = "127.0.0.1:" + internal + "/internal/playground";
            // as typed into the browser's own form, which a page cannot see
            String login = "http://whoever:" + TOKEN + "@" + address;
            node.rewriteMics(fixed + "playground: {page: true}");
            awaitTitle(page, login, "MICS playground");
            page.navigate("http://" + address);
            login(page, "left", "valid:ann");
            page.await(Page.shows("left-state", "connected"));
            page.type("left-to", "bob");
            page.type("left-text", "to the public port");
            page.pressEnter();
            page.await(Page.lists("left-own", "to the public port", "sent · stored offline: bob is not connected"));

            try (Page stranger = browser.open("http://localhost:" + internal + "/internal/playground")) {
                stranger.await("document.readyState === 'complete'");
                assertThat(stranger.evaluate("document.title").toString()).doesNotContain("MICS playground");
            }
            node.rewriteMics(fixed + "playground: {page: false}");
            awaitTitle(page, login, "");
        }
    }

    /** Loads an address until its title is this one: a change of a file is seen within two seconds. */
    private static void awaitTitle(Page page, String url, String title) {
        Await.untilTrue("a page titled '" + title + "' at " + url, () -> {
            page.navigate(url);
            page.await("document.readyState === 'complete'");
            return page.evaluate("document.title").toString().equals("\"" + title + "\"");
        });
    }

    @Test
    void aTenantThatNamesItsOriginsIsNotOpenToThePageUntilItNamesIt() throws IOException, InterruptedException {
        String elsewhere = "    origins: [\"https://chat.example.com\"%s]\n";
        try (TestGateway node = TestGateway.start(tenants(elsewhere.formatted("")), "playground: {page: true}");
                Page page = browser.open("http://127.0.0.1:" + node.port() + "/internal/playground")) {
            String origin = "http://127.0.0.1:" + node.port();
            login(page, "left", "valid:ann");
            page.await(Page.lists("left-closed", "4001", "origin not allowed", "must list " + origin));

            node.rewriteTenants(tenants(elsewhere.formatted(", \"" + origin + "\"")));
            Await.untilTrue("the page is let in", () -> {
                page.click("left-connect");
                page.await(Page.shows("left-state", "connected") + " || " + Page.shows("left-state", "closed"));
                return page.text("left-state").equals("connected");
            });
        }
    }
}
