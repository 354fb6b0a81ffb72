package io.mics.console;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.testing.Browser;
import io.mics.testing.Page;
import io.mics.testing.node.TestGateway;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What the page knows of conversations, with a server that a test plays. */
@SuppressWarnings("NullAway.Init")
@Tag("engine")
class PlaygroundConversationsInBrowserTest {
    /** The server: messages `1` to `last` of each conversation, listed two a page; `events` are those of the model. */
    private static final String SERVER = """
        const { Conversations } = await import('/playground-conversations.js');
        const stored = new Map(); // id → {last, ms, unread}
        const asked = [];
        const events = [];
        let failAt = '';
        const message = (id, seqId) => ({
          conversationId: id, seqId, messageId: String(seqId), senderId: 'u2', content: `t${seqId}`,
          createdAt: stored.get(id).ms,
        });
        const answer = {
          conversations: ({ changedSince, cursor }) => {
            const all = [...stored.keys()].filter((id) => stored.get(id).ms >= changedSince)
              .sort((a, b) => stored.get(b).ms - stored.get(a).ms);
            const from = Number(cursor || 0);
            return {
              conversations: all.slice(from, from + 2).map((id) => ({
                conversationId: id, lastSeq: stored.get(id).last, firstSeq: 1, unread: stored.get(id).unread ?? 0,
                lastMessage: message(id, stored.get(id).last),
              })),
              nextCursor: from + 2 < all.length ? String(from + 2) : '',
            };
          },
          sync: ({ conversationId, afterSeq, limit }) => {
            const { last } = stored.get(conversationId);
            const to = Math.min(last, afterSeq + limit);
            const messages = [];
            for (let seq = afterSeq + 1; seq <= to; seq++) messages.push(message(conversationId, seq));
            return { conversationId, messages, firstSeq: 1, lastSeq: last, hasMore: to < last };
          },
        };
        const ask = async (type, data) => {
          asked.push(`${type} ${data.conversationId ?? data.cursor}`);
          if (asked.at(-1) === failAt) throw new Error('the connection was lost');
          return answer[type](data);
        };
        const nothing = () => {};
        const model = new Conversations(ask, {
          listed: nothing, cleared: nothing, read: nothing, typing: nothing, message: nothing,
          dropped: (id, seq) => events.push(`dropped ${seq}`),
        });
        const ids = () => model.all.map((c) => c.id).sort().join();
        const numbers = (id) => [...model.of(id).messages.keys()].sort((a, b) => a - b).join();
        /** Until nothing more is under way: an answer takes no longer than a task. */
        const quiet = async () => {
          for (let before = -1; before !== asked.length;) {
            before = asked.length;
            await new Promise((done) => { setTimeout(done); });
          }
        };
        """;

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
        page = browser.open("http://127.0.0.1:" + node.port() + "/playground-conversations.js");
        page.await("true");
    }

    @AfterEach
    void close() {
        page.close();
        node.awaitEmpty();
        node.close();
    }

    private String run(String script) {
        return page.evaluate("(async () => {" + SERVER + script + "})()").toString();
    }

    @Test
    void aListThatWasInterruptedIsListedToItsEndTheNextTime() {
        assertThat(run("""
            for (let i = 1; i <= 6; i++) stored.set(`group:${i}`, { last: 1, ms: 1000 * i });
            failAt = 'conversations 2';
            const first = await model.catchUp('u1').catch((e) => e.message);
            model.take('new-message', { message: message('group:6', 1) });
            failAt = '';
            await model.catchUp('u1');
            return `${first} ${ids()}`;
            """))
                .isEqualTo("\"the connection was lost" + " group:1,group:2,group:3,group:4,group:5,group:6\"");
    }

    @Test
    void onlyWhatChangedSinceTheLastWholeListIsListed() {
        assertThat(run("""
            for (let i = 1; i <= 6; i++) stored.set(`group:${i}`, { last: 1, ms: 1000 * i });
            await model.catchUp('u1');
            asked.length = 0;
            await model.catchUp('u1');
            return asked.join();
            """)).isEqualTo("\"conversations \"");
    }

    @Test
    void aConversationThatLacksMessagesIsFilledThoughItDidNotChangeSince() {
        assertThat(run("""
            stored.set('group:1', { last: 3, ms: 1000 });
            await model.catchUp('u1');
            await model.open('group:1');
            stored.get('group:1').last = 5;
            failAt = 'sync group:1';
            model.take('new-message', { message: message('group:1', 5) });
            await quiet();
            const before = numbers('group:1');
            failAt = '';
            stored.set('group:2', { last: 1, ms: 9000 });
            stored.get('group:1').ms = 500;
            await model.catchUp('u1');
            return `${before} ${numbers('group:1')}`;
            """)).isEqualTo("\"1,2,3 1,2,3,4,5\"");
    }

    @Test
    void messagesDroppedOfUnknownConversationsAreCaughtUpWith() {
        assertThat(run("""
            stored.set('group:1', { last: 1, ms: 1000 });
            await model.catchUp('u1');
            await model.open('group:1');
            stored.set('group:1', { last: 3, ms: 2000 });
            stored.set('group:2', { last: 1, ms: 2000 });
            model.take('gap', { dropped: 3 });
            await quiet();
            return `${ids()} ${numbers('group:1')}`;
            """)).isEqualTo("\"group:1,group:2 1,2,3\"");
    }

    @Test
    void anUpdateWhoseUnreadCountIsNotKnownLoadsMessagesAndReadsNone() {
        assertThat(run("""
            stored.set('group:1', { last: 3, ms: 1000, unread: 2 });
            await model.catchUp('u1');
            await model.open('group:1');
            stored.get('group:1').last = 6;
            model.take('conversation-update', { conversationId: 'group:1', unread: -1, lastSeq: 6 });
            await quiet();
            const c = model.of('group:1');
            const unknown = c.read;
            model.take('conversation-update', { conversationId: 'group:1', unread: 1, lastSeq: 6 });
            return `${numbers('group:1')} read ${unknown} then ${c.read}`;
            """)).isEqualTo("\"1,2,3,4,5,6 read 1 then 5\"");
    }

    @Test
    void theOldestOfTooManyMessagesAreDroppedAndAreThereAgainOnRequest() {
        assertThat(run("""
            stored.set('group:1', { last: 990, ms: 1000 });
            await model.catchUp('u1');
            await model.open('group:1');
            const c = model.of('group:1');
            while (c.from > 1) await model.older(c);
            for (let seq = 991; seq <= 1003; seq++) {
              stored.get('group:1').last = seq;
              model.take('new-message', { message: message('group:1', seq) });
            }
            await quiet();
            const held = [c.messages.size, c.from, Math.min(...c.messages.keys()), c.upTo];
            [1003, 1002, 1001, 1000].forEach((seq) => model.removed('group:1', seq));
            const more = model.hasOlder(c);
            await model.older(c);
            return [...held, more, c.messages.size, c.from, ...events].join();
            """)).isEqualTo("\"1000,4,4,1003,true,999,1,dropped 1,dropped 2,dropped 3\"");
    }

    @Test
    void ofTooManyConversationsThoseWithTheOldestMessagesAreForgottenUnlessTheyWereLookedAt() {
        assertThat(run("""
            stored.set('group:0', { last: 1, ms: 1 });
            await model.open('group:0');
            for (let i = 1; i <= 1100; i++) {
              stored.set(`group:${i}`, { last: 1, ms: 1000 + i });
              model.take('new-message', { message: message(`group:${i}`, 1) });
            }
            await quiet();
            const all = model.all.map((c) => c.id);
            return [all.length, all[0], all.at(-2), all.at(-1), numbers('group:0')].join();
            """)).isEqualTo("\"1000,group:1100,group:102,group:0,1\"");
    }
}
