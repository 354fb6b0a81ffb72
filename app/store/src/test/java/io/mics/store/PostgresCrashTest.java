package io.mics.store;

import static io.mics.store.Messages.message;
import static io.mics.store.Replies.ok;
import static org.assertj.core.api.Assertions.assertThat;

import io.mics.conversation.ConversationLog.Outcome;
import io.mics.conversation.Conversations;
import io.mics.conversation.Conversations.Page;
import io.mics.conversation.Conversations.Reader;
import io.mics.conversation.NewMessage;
import io.mics.conversation.Reply;
import io.mics.protocol.ConversationRef;
import io.mics.protocol.StoredMessage;
import io.mics.store.engine.Store;
import io.mics.testing.Await;
import io.mics.testing.PostgresServer;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A database that is killed in the middle of it, and one that is away. */
@Tag("engine")
@Timeout(240)
class PostgresCrashTest {
    private static final int MESSAGES = 3_000;
    private static final int CONVERSATIONS = 5;

    @Test
    void whatWasAcknowledgedOutlivesAKillOfTheDatabaseAndNumbersHaveNoGaps() throws IOException, InterruptedException {
        try (PostgresServer server = PostgresServer.running();
                Store store = Databases.open(Databases.postgres(server.newDatabase()), 1)) {
            Map<String, Outcome> outcomes = new ConcurrentHashMap<>();
            AtomicInteger pending = new AtomicInteger();
            try (GroupCommitLog log = GroupCommitLog.start(
                    Databases.postgres(""), store.writer(), (m, s, d, b) -> {}, tenant -> Duration.ofSeconds(60))) {
                for (int i = 0; i < MESSAGES; i++) {
                    if (i == MESSAGES / 3 || i == 2 * MESSAGES / 3) {
                        server.kill();
                        server.start();
                    }
                    append(log, i, outcomes, pending);
                }
                Await.until("all outcomes", () -> pending.get() == 0);
                // whatever is in doubt is resent under its name, as clients do
                for (int i = 0; i < MESSAGES; i++) {
                    if (!(outcomes.get("m" + i) instanceof Outcome.Stored)) {
                        append(log, i, outcomes, pending);
                    }
                }
                Await.until("all outcomes", () -> pending.get() == 0);
            }
            assertThat(outcomes.values()).hasSize(MESSAGES).allMatch(Outcome.Stored.class::isInstance);
            for (int c = 0; c < CONVERSATIONS; c++) {
                assertWhole(store.conversations(), c, outcomes);
            }
        }
    }

    private static ConversationRef conversation(int i) {
        return ConversationRef.ofUsers("a", "b" + i % CONVERSATIONS);
    }

    private static void append(GroupCommitLog log, int i, Map<String, Outcome> outcomes, AtomicInteger pending)
            throws InterruptedException {
        NewMessage message = message("t", conversation(i), "a", "m" + i, "body " + i);
        pending.incrementAndGet();
        log.append(message, outcome -> {
            outcomes.put(message.clientMsgId(), outcome);
            pending.decrementAndGet();
        });
    }

    private static void assertWhole(Conversations conversations, int c, Map<String, Outcome> outcomes) {
        long next = 1;
        long last = -1;
        while (true) {
            Page page = ok(conversations.after(new Reader("t", "a"), conversation(c), next - 1, 200));
            for (StoredMessage message : page.messages()) {
                assertThat(message.seq()).isEqualTo(next++);
                assertThat(outcomes.get(message.clientMsgId())).isInstanceOfSatisfying(Outcome.Stored.class, stored -> {
                    assertThat(stored.seq()).isEqualTo(message.seq());
                    assertThat(stored.messageId()).isEqualTo(message.messageId());
                });
                long number = Long.parseLong(message.clientMsgId().substring(1));
                assertThat(number).isGreaterThan(last);
                last = number;
            }
            if (!page.hasMore()) {
                break;
            }
        }
        assertThat(next - 1).isEqualTo(MESSAGES / CONVERSATIONS);
    }

    @Test
    void aDatabaseThatIsAwayIsAnAnswerWithinABoundedTimeAndItsReturnIsSeen() throws IOException {
        try (PostgresServer server = PostgresServer.running();
                Store store = Databases.open(Databases.postgres(server.newDatabase()), 1)) {
            Conversations conversations = store.conversations();
            Reader a = new Reader("t", "a");
            ConversationRef ab = ConversationRef.ofUsers("a", "b");
            assertThat(store.unavailable()).isEmpty();
            server.kill();
            assertThat(conversations.after(a, ab, 0, 10)).isInstanceOf(Reply.Unavailable.class);
            assertThat(conversations.list(a, 0, 10, "")).isInstanceOf(Reply.Unavailable.class);
            assertThat(conversations.join("t", new ConversationRef.Group("g"), java.util.List.of("a")))
                    .isInstanceOf(Reply.Unavailable.class);
            assertThat(store.writer().write(java.util.List.of(message("t", ab, "a", "m", "x"))))
                    .isNotInstanceOf(MessageWriter.Result.Committed.class);
            assertThat(store.unavailable()).isPresent();
            server.start();
            Await.until("its return", () -> store.unavailable().isEmpty());
            assertThat(ok(conversations.after(a, ab, 0, 10)).messages()).isEmpty();
        }
    }
}
