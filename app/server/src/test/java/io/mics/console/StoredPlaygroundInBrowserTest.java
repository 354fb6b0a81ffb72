package io.mics.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.testing.Browser;
import io.mics.testing.Page;
import io.mics.testing.RawClient;
import io.mics.testing.node.TestGateway;
import jakarta.json.JsonValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The playground's durable tenant as a newcomer sees it, in a real browser. */
@SuppressWarnings("NullAway.Init")
@Tag("engine")
class StoredPlaygroundInBrowserTest {
    private static Browser browser;

    @TempDir
    private Path folder;

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
        page = browser.open("http://127.0.0.1:" + node.port() + "/#stored");
        awaitConnected();
    }

    @AfterEach
    void close() {
        page.close();
        node.awaitEmpty();
        node.close();
    }

    private void awaitConnected() {
        page.await(Page.shows("left-state", "connected") + " && " + Page.shows("right-state", "connected") + " && "
                + Page.element("mode-durable") + ".checked");
    }

    private void say(String side, String text) {
        page.type(side + "-text", text);
        page.pressEnter();
    }

    /** The texts of a side's messages, in the order in which they are shown. */
    private static String texts(String side) {
        return "[...document.querySelectorAll('[data-testid=\"" + side + "-messages\"] > li:not(.notice) .text')]"
                + ".map((text) => text.textContent).join()";
    }

    private static String unread(String side, int count) {
        String badges = "[...document.querySelectorAll('[data-testid=\"" + side + "-conversation\"] .unread')]";
        return badges + ".map((badge) => badge.textContent).join() === '" + (count == 0 ? "" : count) + "'";
    }

    private void stored(String text) {
        say("left", text);
        page.await(Page.lists("left-own", text, "stored"));
    }

    @Test
    void twoPeopleSeeWhatIsUnreadAndWhatWasRead() {
        stored("hello");
        stored("are you there");
        page.await(Page.lists("right-conversation", "u1") + " && " + unread("right", 2));
        assertThat(page.text("left-messages")).doesNotContain("read by");

        page.click("right-conversation");
        page.await(texts("right") + " === 'hello,are you there' && " + unread("right", 0));
        page.await(Page.lists("left-own", "are you there", "stored · read by u2"));

        say("right", "yes");
        page.await(texts("left") + " === 'hello,are you there,yes' && " + unread("left", 0));
        page.await(Page.lists("right-own", "yes", "stored · read by u1"));
    }

    @Test
    void whoTypesIsSeen() {
        stored("hello");
        page.click("right-conversation");
        page.await(Page.lists("right-received", "hello"));
        page.type("left-text", "some");
        page.await(Page.shows("right-typing", "u1 is typing …"));
    }

    @Test
    void historyIsThereAfterAReloadPageByPage() throws IOException {
        try (RawClient u1 = RawClient.upgraded(
                node.port(), RawClient.query("playground-durable", "valid:u1", "other") + "&protocol=json")) {
            u1.read();
            for (int i = 1; i <= 120; i++) {
                u1.sendText("{\"type\":\"send-message\",\"data\":{\"tempMessageId\":\"h-" + i
                        + "\",\"conversationId\":\"single:u1:u2\",\"content\":\"t" + i + "\"}}");
                assertThat(u1.read().text()).contains("persisted");
            }
        }
        for (int load = 0; load < 2; load++) {
            page.await(unread("right", load == 0 ? 120 : 0) + " && " + Page.lists("right-conversation", "u1"));
            page.click("right-conversation");
            page.await(texts("right") + " === '" + numbered(71, 120) + "'");
            page.click("right-older");
            page.await(texts("right") + " === '" + numbered(21, 120) + "'");
            page.click("right-older");
            page.await(
                    texts("right") + " === '" + numbered(1, 120) + "' && " + Page.element("right-older") + ".disabled");
            page.evaluate("window.before = true");
            page.evaluate("location.reload()");
            page.await("window.before === undefined");
            awaitConnected();
        }
    }

    private static String numbered(int from, int to) {
        return IntStream.rangeClosed(from, to).mapToObj(i -> "t" + i).collect(Collectors.joining(","));
    }

    @Test
    void editsAndRecallsAreSeenByTheOther() {
        stored("tpyo");
        page.click("right-conversation");
        page.await(texts("right") + " === 'tpyo'");
        page.click("left-edit");
        page.type("left-editing", "typo");
        page.pressEnter();
        page.await(Page.lists("right-received", "typo", "edited") + " && " + texts("left") + " === 'typo'");

        page.click("left-recall");
        page.await(texts("right") + " === 'recalled' && " + texts("left") + " === 'recalled'");
        assertThat(page.evaluate(
                        Page.element("left-edit") + " === null && " + Page.element("left-recall") + " === null"))
                .isEqualTo(JsonValue.TRUE);
    }

    @Test
    void aMessageIsDeletedForOneselfAlone() {
        stored("first");
        stored("second");
        page.click("right-conversation");
        page.await(texts("right") + " === 'first,second'");
        page.click("right-hide");
        page.await(texts("right") + " === 'second'");
        page.evaluate("window.before = true");
        page.evaluate("location.reload()");
        page.await("window.before === undefined");
        awaitConnected();
        page.await(Page.lists("right-conversation", "u1") + " && " + Page.lists("left-conversation", "u2"));
        page.click("right-conversation");
        page.click("left-conversation");
        page.await(texts("right") + " === 'second' && " + texts("left") + " === 'first,second'");
    }

    @Test
    void whatComesWhileTheNetworkIsCutIsThereAfterItInOrderAndOnce() {
        stored("one");
        page.click("right-conversation");
        page.await(texts("right") + " === 'one'");
        say("right", "two");
        page.await(texts("left") + " === 'one,two'");

        page.click("left-cut");
        page.await(Page.shows("left-state", "network cut"));
        for (String text : List.of("three", "four", "five")) {
            say("right", text);
            page.await(Page.lists("right-own", text, "stored"));
        }
        page.click("right-edit"); // of "two", the first of its own
        page.type("right-editing", "2");
        page.pressEnter();
        page.await(texts("right") + " === 'one,2,three,four,five'");
        say("left", "six");
        page.await(Page.lists("left-own", "six", "waiting for a connection"));
        assertThat(page.evaluate(texts("left")).toString()).isEqualTo("\"one,two,six\"");

        page.click("left-cut");
        page.await(texts("left") + " === 'one,2,three,four,five,six' && " + Page.lists("left-own", "six", "stored"));
        page.await(texts("right") + " === 'one,2,three,four,five,six'");
        assertThat(page.evaluate("[...document.querySelectorAll('[data-testid=\"left-received\"]')]"
                                + ".filter((item) => item.textContent.includes('came meanwhile')).length")
                        .toString())
                .isEqualTo("3");
        say("right", "seven");
        page.await(texts("left") + " === 'one,2,three,four,five,six,seven'");
    }

    @Test
    void groupsAreStoredToo() {
        page.click("left-group");
        say("left", "to all");
        page.await(Page.lists("left-own", "to all", "stored"));
        page.await(Page.lists("right-conversation", "group-1") + " && " + unread("right", 1));
        page.click("right-conversation");
        page.await(Page.lists("right-received", "to all", "from u1"));
        page.type("left-groupName", "no-such-group");
        say("left", "to nobody");
        page.await(Page.lists("left-own", "to nobody", "failed", "conversation not found"));
    }

    @Test
    void textIsNeverInterpretedAsMarkup() {
        String markup = "<img src=x onerror=\"window.wasRun = true\"><b>bold</b>";
        page.type("left-to", "<b>u2</b>");
        stored(markup);
        page.await(Page.lists("left-conversation", "<b>u2</b>"));
        page.type("left-to", "u2");
        stored(markup);
        page.click("right-conversation");
        page.await(Page.lists("right-received", markup));

        assertThat(page.evaluate("document.querySelectorAll('main img, main b').length")
                        .toString())
                .isEqualTo("0");
        assertThat(page.evaluate("window.wasRun === undefined")).isEqualTo(JsonValue.TRUE);
    }

    @Test
    void oneSwitchLeadsFromOneTenantToTheOtherAndBack() {
        stored("kept");
        page.click("mode-pipe");
        page.await("location.hash === '' && " + texts("left") + " === '' && " + Page.shows("left-state", "connected")
                + " && " + Page.shows("right-state", "connected"));
        say("left", "passed through");
        page.await(Page.lists("right-received", "passed through") + " && "
                + Page.lists("left-own", "passed through", "sent · delivered to 1 device"));
        page.click("mode-durable");
        page.await(Page.lists("right-conversation", "u1"));
        page.click("right-conversation");
        page.await(texts("right") + " === 'kept'");
    }

    @Test
    void everythingFitsOneScreen() throws IOException {
        page.size(1280, 850);
        for (int i = 0; i < 12; i++) {
            stored("message " + i);
        }
        page.click("right-conversation");
        page.await(Page.lists("right-received", "message 11"));
        page.screenshot(Path.of("target/screenshots/playground-stored.png"));
        page.click("add-user");
        page.await(Page.shows("column-3-state", "connected"));
        page.click("right-addDevice");
        page.await(Page.shows("column-4-state", "connected"));
        page.screenshot(Path.of("target/screenshots/playground-stored-four.png"));
        assertThat(page.evaluate("document.documentElement.scrollHeight <= innerHeight"
                        + " && document.documentElement.scrollWidth <= innerWidth"))
                .isEqualTo(JsonValue.TRUE);
        for (String part : List.of("title", "conversations", "cut", "messages", "to", "text", "send", "frames")) {
            assertThat(page.evaluate("(({top, left, bottom, right, height, width}) => top >= 0 && left >= 0"
                            + " && bottom <= innerHeight && right <= innerWidth && height > 10 && width > 10)("
                            + Page.element("column-4-" + part) + ".getBoundingClientRect())"))
                    .as(part)
                    .isEqualTo(JsonValue.TRUE);
        }
    }

    @Test
    void whereNothingCanBeStoredThePageSaysWhy() throws IOException, InterruptedException {
        Path file = Files.createFile(folder.resolve("file"));
        try (TestGateway other = TestGateway.start("", "store: {folder: '" + file.resolve("data") + "'}");
                Page there = browser.open("http://127.0.0.1:" + other.port() + "/#stored")) {
            there.await(Page.shows("left-state", "connected") + " && " + Page.element("mode-durable") + ".disabled"
                    + " && " + Page.element("mode-note") + ".textContent.includes('cannot be written')");
            there.type("left-text", "all the same");
            there.pressEnter();
            there.await(Page.lists("left-own", "all the same", "sent"));
        }
    }
}
