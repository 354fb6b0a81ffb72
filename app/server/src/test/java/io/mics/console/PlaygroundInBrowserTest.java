package io.mics.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.sdk.hook.WebhookReceiver;
import io.mics.sdk.plugin.HookResult;
import io.mics.testing.Browser;
import io.mics.testing.Page;
import io.mics.testing.node.TestGateway;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The playground as a newcomer sees it: a started node, a real browser, nothing set up. */
@SuppressWarnings("NullAway.Init")
@Tag("engine")
class PlaygroundInBrowserTest {
    private static Browser browser;

    private TestGateway node;
    private Page page;

    @BeforeAll
    static void launch() throws IOException, InterruptedException {
        Optional<Path> chromium = Browser.find();
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
    void open() throws IOException, InterruptedException {
        node = TestGateway.playground();
        page = open(node);
    }

    @AfterEach
    void close() {
        page.close();
        node.awaitEmpty();
        node.close();
    }

    @Test
    void twoUsersChatInBothDirections() throws InterruptedException {
        say("left", "hello from one");
        page.await(Page.lists("right-received", "hello from one", "from u1"));
        page.await(Page.lists("left-own", "hello from one", "sent"));

        say("right", "hello from two");
        page.await(Page.lists("left-received", "hello from two", "from u2"));
        page.await(Page.lists("right-own", "hello from two", "sent"));
    }

    @Test
    void groupMessageReachesBoth() throws InterruptedException {
        page.click("left-group");
        say("left", "hello all");

        page.await(Page.lists("right-received", "hello all", "from u1 in group group-1"));
        page.await(Page.lists("left-own", "hello all", "came back to you"));
        page.await(Page.lists("left-own", "hello all", "sent"));
    }

    @Test
    void closeReasonIsShownForABadToken() throws InterruptedException {
        page.click("left-disconnect");
        page.await(Page.shows("left-state", "closed"));
        page.type("left-token", "no such token");
        page.pressEnter();

        page.await(Page.shows("left-state", "closed") + " && " + Page.element("left-closed")
                + ".textContent.startsWith('4001')");
        assertThat(page.text("left-closed")).contains("4001 – the login was refused", "server says");
    }

    @Test
    void rawFramesAreVisible() throws InterruptedException {
        say("left", "look inside");

        page.await(Page.lists("left-frame", "out", "\"type\": \"send-message\"", "look inside"));
        page.await(Page.lists("left-frame", "in", "\"type\": \"message-ack\""));
        page.await(Page.lists("right-frame", "in", "\"type\": \"new-message\"", "look inside"));
        page.await(Page.lists("right-frame", "in", "\"type\": \"connected\"", "heartbeatSeconds"));
        page.await("getComputedStyle(" + Page.element("left-frames") + ").display !== 'none'");
    }

    @Test
    void textIsNeverInterpretedAsMarkup() throws InterruptedException {
        String markup = "<img src=x onerror=\"window.wasRun = true\"><b>bold</b>";
        say("left", markup);
        page.await(Page.lists("right-received", markup));

        assertThat(page.evaluate("document.querySelectorAll('main img, main b').length")
                        .toString())
                .isEqualTo("0");
        assertThat(page.evaluate("window.wasRun === undefined")).isEqualTo(JsonValue.TRUE);
    }

    @Test
    void aServerThatShutsDownIsComeBackToWhenItSaid() throws IOException, InterruptedException {
        TestGateway first = TestGateway.playground();
        int port = first.port();
        try (Page other = open(first)) {
            other.evaluate("""
                window.seen = [];
                new MutationObserver(() => window.seen.push(%s.textContent))
                  .observe(%1$s, {childList: true, characterData: true, subtree: true})\
                """.formatted(Page.element("left-closed")));
            first.close();
            other.await("window.seen.some((text) => /^4200 – the server is shutting down "
                    + "\\(server says: “draining; reconnect=\\d+ms”\\) – again in \\d+\\.\\d s$/.test(text))");
            try (TestGateway second = TestGateway.playgroundOn(port)) {
                other.await(Page.shows("left-state", "connected") + " && " + Page.shows("right-state", "connected"));
                say(other, "left", "back again");
                other.await(Page.lists("right-received", "back again"));
                assertThat(second.port()).isEqualTo(port);
            }
            other.await("['reconnecting', 'connecting'].includes(" + Page.element("left-state") + ".textContent)");
            other.click("left-disconnect");
            other.await(Page.shows("left-state", "not connected") + " || " + Page.shows("left-state", "closed"));
            assertThat(other.evaluate(Page.element("left-connect") + ".disabled"))
                    .isEqualTo(JsonValue.FALSE);
            assertThat(other.evaluate(Page.element("left-send") + ".disabled")).isEqualTo(JsonValue.TRUE);
        }
    }

    @Test
    void theServersOwnReconnectTimeIsCountedDownAndUsed() throws InterruptedException {
        assertThat(page.evaluate("import('/playground-words.js').then((words) => ["
                                + "words.reconnectDelay(4200, 'draining; reconnect=1200ms', 0), "
                                + "words.reconnectDelay(1006, '', 0), words.reconnectDelay(1006, '', 3), "
                                + "words.reconnectDelay(1006, '', 60), words.reconnectDelay(4409, '', 0), "
                                + "words.reconnectDelay(1000, '', 0)].join())")
                        .toString())
                .isEqualTo("\"1200,1000,8000,15000,-1,-1\"");
    }

    @Test
    void bothChatsAndTheirFramesFitOneScreen() throws IOException, InterruptedException {
        page.size(1280, 850);
        for (int i = 0; i < 30; i++) {
            say("left", "message " + i);
        }
        page.await(Page.lists("right-received", "message 29"));
        page.screenshot(Path.of("target/screenshots/playground.png"));
        assertFits("left", "right");

        page.click("add-user");
        page.await(Page.shows("column-3-state", "connected"));
        page.click("right-addDevice");
        page.await(Page.shows("column-4-state", "connected"));
        page.screenshot(Path.of("target/screenshots/playground-four.png"));
        assertFits("left", "right", "column-3", "column-4");
    }

    /** Everything one works with is visible as a whole, and nothing scrolls but the lists. */
    private void assertFits(String... columns) {
        assertThat(page.evaluate("document.documentElement.scrollHeight <= innerHeight"
                        + " && document.documentElement.scrollWidth <= innerWidth"))
                .isEqualTo(JsonValue.TRUE);
        for (String column : columns) {
            for (String part :
                    List.of("title", "messages", "to", "groupName", "text", "send", "frames", "disconnect")) {
                assertThat(page.evaluate("(({top, left, bottom, right, height, width}) => top >= 0 && left >= 0"
                                + " && bottom <= innerHeight && right <= innerWidth && height > 10 && width > 10)("
                                + Page.element(column + "-" + part) + ".getBoundingClientRect())"))
                        .as(column + "-" + part)
                        .isEqualTo(JsonValue.TRUE);
            }
        }
    }

    @Test
    void nothingMovesWhenAConnectionComesOrGoes() throws IOException, InterruptedException {
        page.size(1280, 850);
        String connected = places();
        page.click("left-disconnect");
        page.await(Page.shows("left-state", "closed"));
        assertThat(places()).as("closed").isEqualTo(connected);
        page.type("left-token", "a token that is not taken");
        page.pressEnter();
        page.await(Page.element("left-closed") + ".textContent.startsWith('4001')");
        assertThat(places()).as("refused, with a long reason").isEqualTo(connected);
        page.type("left-token", "valid:u1");
        page.pressEnter();
        page.await(Page.shows("left-state", "connected"));
        say("left", "to somebody there");
        page.await(Page.lists("left-own", "to somebody there", "delivered to 1 device"));
        assertThat(places()).as("connected again, with messages").isEqualTo(connected);
    }

    /** Where everything of the first column is. */
    private String places() {
        return page.evaluate("['messages', 'text', 'send', 'frames'].map((part) => JSON.stringify("
                        + "document.querySelector(`[data-testid=\"left-${part}\"]`).getBoundingClientRect())).join()")
                .toString();
    }

    @Test
    void aThirdUserAndASecondDeviceComeByOneClick() throws InterruptedException {
        page.click("add-user");
        page.await(Page.shows("column-3-state", "connected"));
        page.click("right-addDevice");
        page.await(Page.shows("column-4-state", "connected"));

        say("column-3", "hello from the third");
        page.await(Page.lists("left-received", "hello from the third", "from u3"));
        say("left", "to every device");
        page.await(Page.lists("right-received", "to every device") + " && "
                + Page.lists("column-4-received", "to every device"));
        page.await(Page.lists("left-own", "to every device", "sent · delivered to 2 devices"));
        page.click("column-3-remove");
        page.await(Page.element("column-3") + " === null");
    }

    @Test
    void whatBecameOfAMessageIsSaid() throws InterruptedException {
        say("left", "to somebody there");
        page.await(Page.lists("left-own", "to somebody there", "sent · delivered to 1 device"));
        page.type("left-to", "u9");
        say("left", "to nobody");
        page.await(Page.lists("left-own", "to nobody", "sent · stored offline: u9 is not connected"));
        page.click("left-group");
        say("left", "to all");
        page.await(Page.lists(
                "left-own", "to all", "sent · delivered to 2 devices of 2 of 3 members, stored offline for 1 member"));

        page.click("left-explain");
        page.await(Page.element("explain") + ".open && "
                + Page.lists("explain-steps", "received", "devices", "answered", "SENT"));
        page.click("explain-close");
        page.await("!" + Page.element("explain") + ".open");
    }

    @Test
    void whyAMessageFailedIsSaidWithItsCode() throws IOException, InterruptedException {
        try (WebhookReceiver rules = WebhookReceiver.builder()
                        .address(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
                        .secrets("s")
                        .preSend(
                                (context, draft) -> new String(draft.payload(), StandardCharsets.UTF_8).contains("hoax")
                                        ? new HookResult.Stop(4711, "blocked word")
                                        : new HookResult.Continue(draft))
                        .start();
                TestGateway strict = TestGateway.startNode(
                        "node-1",
                        "",
                        "",
                        "hooks: {pre-send: [{name: words, timeout: 5s, transport: {type: webhook, url: "
                                + "'http://127.0.0.1:" + rules.port() + "/hook', secrets: [s]}}]}");
                Page other = open(strict)) {
            say(other, "left", "what a hoax");
            other.await(Page.lists("left-own", "what a hoax", "failed: code 4711, blocked word"));
            other.click("left-explain");
            other.await(Page.lists("explain-steps", "words", "FAILED, refused: blocked word"));
            other.click("explain-close");

            other.click("left-group");
            other.type("left-groupName", "no-such-group");
            say(other, "left", "to no group");
            other.await(Page.lists(
                    "left-own",
                    "to no group",
                    "failed: the group has no members, or there is no such group (group members empty)"));
        }
    }

    @Test
    void aMessageIsTakenBackOnBothSides() throws InterruptedException {
        say("left", "never mind");
        page.await(Page.lists("right-received", "never mind"));
        page.click("left-recall");
        page.await(Page.lists("left-own", "recalled by u1") + " && !" + Page.lists("right-received", "never mind"));
        page.await(Page.lists("right-received", "recalled"));
    }

    @Test
    void groupsThatExistAreListed() {
        assertThat(page.evaluate("[...document.querySelectorAll('#groups option')].map((o) => o.value).join()")
                        .toString())
                .contains("group-1");
    }

    private static Page open(TestGateway node) throws IOException, InterruptedException {
        Page page = browser.open("http://127.0.0.1:" + node.port() + "/");
        page.await(Page.shows("left-state", "connected") + " && " + Page.shows("right-state", "connected"));
        return page;
    }

    private void say(String side, String text) {
        say(page, side, text);
    }

    private static void say(Page page, String side, String text) {
        page.type(side + "-text", text);
        page.pressEnter();
    }
}
