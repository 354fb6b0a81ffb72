package io.mics.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.testing.TestGateway;
import jakarta.json.Json;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The playground as a newcomer sees it: a started node, a real browser, nothing set up. */
@SuppressWarnings("NullAway.Init")
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
        page.await(lists("right-received", "hello from one", "from u1"));
        page.await(lists("left-own", "hello from one", "sent"));

        say("right", "hello from two");
        page.await(lists("left-received", "hello from two", "from u2"));
        page.await(lists("right-own", "hello from two", "sent"));
    }

    @Test
    void groupMessageReachesBoth() throws InterruptedException {
        page.click("left-group");
        say("left", "hello all");

        page.await(lists("right-received", "hello all", "from u1 in group group-1"));
        page.await(lists("left-own", "hello all", "came back to you"));
        page.await(lists("left-own", "hello all", "sent"));
    }

    @Test
    void closeReasonIsShownForABadToken() throws InterruptedException {
        page.click("left-disconnect");
        page.await(shows("left-state", "closed"));
        page.type("left-token", "no such token");
        page.pressEnter();

        page.await(shows("left-state", "closed") + " && " + Page.element("left-closed")
                + ".textContent.startsWith('4001')");
        assertThat(page.text("left-closed")).contains("4001 – the token was refused", "server says");
    }

    @Test
    void rawFramesAreVisible() throws InterruptedException {
        say("left", "look inside");

        page.await(lists("left-frame", "out", "\"type\": \"send-message\"", "look inside"));
        page.await(lists("left-frame", "in", "\"type\": \"message-ack\""));
        page.await(lists("right-frame", "in", "\"type\": \"new-message\"", "look inside"));
        page.await(lists("right-frame", "in", "\"type\": \"connected\"", "heartbeatSeconds"));
        page.await("getComputedStyle(" + Page.element("left-frames") + ").display !== 'none'");
    }

    @Test
    void textIsNeverInterpretedAsMarkup() throws InterruptedException {
        String markup = "<img src=x onerror=\"window.wasRun = true\"><b>bold</b>";
        say("left", markup);
        page.await(lists("right-received", markup));

        assertThat(page.evaluate("document.querySelectorAll('main img, main b').length")
                        .toString())
                .isEqualTo("0");
        assertThat(page.evaluate("window.wasRun === undefined")).isEqualTo(JsonValue.TRUE);
    }

    @Test
    void stateFollowsServerDisconnect() throws IOException, InterruptedException {
        TestGateway doomed = TestGateway.playground();
        try (Page other = open(doomed)) {
            doomed.close();

            other.await(shows("left-state", "reconnecting") + " && " + shows("right-state", "reconnecting")
                    + " && /^\\d{4} – .+ – again in \\d+\\.\\d s$/.test(" + Page.element("left-closed")
                    + ".textContent)");
            other.click("left-disconnect");
            other.await(shows("left-state", "not connected"));
            assertThat(other.evaluate(Page.element("left-connect") + ".disabled"))
                    .isEqualTo(JsonValue.FALSE);
            assertThat(other.evaluate(Page.element("left-send") + ".disabled")).isEqualTo(JsonValue.TRUE);
        }
    }

    @Test
    void theServersOwnReconnectTimeIsCountedDownAndKept() throws InterruptedException {
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
        page.call(
                "Emulation.setDeviceMetricsOverride",
                Json.createObjectBuilder()
                        .add("width", 1280)
                        .add("height", 850)
                        .add("deviceScaleFactor", 1)
                        .add("mobile", false));
        double before = top("left-messages");
        page.click("left-disconnect");
        page.await(shows("left-state", "closed"));
        assertThat(top("left-messages")).as("nothing moves when the form comes").isEqualTo(before);
        page.click("left-connect");
        page.await(shows("left-state", "connected"));
        for (int i = 0; i < 30; i++) {
            say("left", "message " + i);
        }
        page.await(lists("right-received", "message 29"));
        page.screenshot(Path.of("target/screenshots/playground.png"));
        assertThat(page.evaluate("document.documentElement.scrollHeight <= innerHeight"))
                .isEqualTo(JsonValue.TRUE);
        for (String part : List.of("left-messages", "left-send", "left-frames", "right-messages", "right-frames")) {
            assertThat(page.evaluate("(({bottom, right, height}) => bottom <= innerHeight && right <= innerWidth "
                            + "&& height > 20)(" + Page.element(part) + ".getBoundingClientRect())"))
                    .as(part)
                    .isEqualTo(JsonValue.TRUE);
        }
    }

    private double top(String testId) {
        return Double.parseDouble(page.evaluate(Page.element(testId) + ".getBoundingClientRect().top")
                .toString());
    }

    @Test
    void aThirdUserAndASecondDeviceComeByOneClick() throws InterruptedException {
        page.click("add-user");
        page.await(shows("column-3-state", "connected"));
        page.click("right-addDevice");
        page.await(shows("column-4-state", "connected"));

        say("column-3", "hello from the third");
        page.await(lists("left-received", "hello from the third", "from u3"));
        say("left", "to every device");
        page.await(lists("right-received", "to every device") + " && " + lists("column-4-received", "to every device"));
        page.click("column-3-remove");
        page.await(Page.element("column-3") + " === null");
    }

    @Test
    void whatBecameOfAMessageIsSaid() throws InterruptedException {
        say("left", "to somebody there");
        page.await(lists("left-own", "to somebody there", "sent · delivered"));
        page.type("left-to", "u9");
        say("left", "to nobody");
        page.await(lists("left-own", "to nobody", "kept for later"));

        page.click("left-explain");
        page.await(Page.element("explain") + ".open && "
                + lists("explain-steps", "received", "devices", "answered", "SENT"));
        page.click("explain-close");
        page.await("!" + Page.element("explain") + ".open");
    }

    @Test
    void aMessageIsTakenBackOnBothSides() throws InterruptedException {
        say("left", "never mind");
        page.await(lists("right-received", "never mind"));
        page.click("left-recall");
        page.await(lists("left-own", "recalled by u1") + " && !" + lists("right-received", "never mind"));
        page.await(lists("right-received", "recalled"));
    }

    @Test
    void groupsThatExistAreOffered() {
        assertThat(page.evaluate("[...document.querySelectorAll('#groups option')].map((o) => o.value).join()")
                        .toString())
                .contains("group-1");
    }

    private static Page open(TestGateway node) throws IOException, InterruptedException {
        Page page = browser.open("http://127.0.0.1:" + node.port() + "/");
        page.await(shows("left-state", "connected") + " && " + shows("right-state", "connected"));
        return page;
    }

    private void say(String side, String text) {
        page.type(side + "-text", text);
        page.pressEnter();
    }

    private static String shows(String testId, String text) {
        return Page.element(testId) + "?.textContent === '" + text + "'";
    }

    /** Some element with this test id holds every one of the texts. */
    private static String lists(String testId, String... texts) {
        StringBuilder condition = new StringBuilder(
                "[...document.querySelectorAll('[data-testid=\"" + testId + "\"]')].some((e) => true");
        for (String text : texts) {
            condition.append(" && e.textContent.includes('").append(text).append("')");
        }
        return condition.append(")").toString();
    }
}
