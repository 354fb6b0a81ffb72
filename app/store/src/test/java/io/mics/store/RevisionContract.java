package io.mics.store;

import static io.mics.store.Messages.message;
import static io.mics.store.Messages.write;
import static io.mics.store.Replies.ok;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.mics.conversation.Conversations;
import io.mics.conversation.Conversations.Reader;
import io.mics.conversation.Reply;
import io.mics.protocol.ConversationRef;
import io.mics.protocol.StoredMessage;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How messages are recalled and edited on every engine. */
@Timeout(120)
abstract class RevisionContract {
    final String tenant = "t-" + UUID.randomUUID();
    final ConversationRef ab = ConversationRef.ofUsers("a", "b");
    final Reader a = new Reader(tenant, "a");
    final Reader b = new Reader(tenant, "b");

    abstract MessageWriter writer();

    abstract Conversations conversations();

    private StoredMessage stored() {
        return ok(conversations().after(b, ab, 0, 10)).messages().getFirst();
    }

    @Test
    void aRecalledMessageIsATombstoneWithoutBodyAndHeaders() {
        StoredMessage sent = write(writer(), message(tenant, ab, "a", "m", "secret"));
        StoredMessage tombstone = ok(conversations().recall(a, sent, 7_000));
        assertThat(tombstone.recalledMs()).isEqualTo(7_000);
        assertThat(tombstone.body()).isEqualTo(ByteString.EMPTY);
        assertThat(tombstone.headers()).isEqualTo(Map.of());
        assertThat(tombstone.seq()).isEqualTo(sent.seq());
        assertThat(stored()).isEqualTo(tombstone);
        assertThat(ok(conversations().recall(a, sent, 8_000))).isEqualTo(tombstone);
        assertThat(ok(conversations().find(b, sent.messageId()))).isEqualTo(tombstone);
    }

    @Test
    void anEditedMessageHasItsNewBodyItsTimeAndItsVersion() {
        StoredMessage sent = write(writer(), message(tenant, ab, "a", "m", "one"));
        ok(conversations().edit(a, sent, ByteString.copyFromUtf8("two"), 5_000));
        StoredMessage edited = ok(conversations().edit(a, sent, ByteString.copyFromUtf8("three"), 6_000));
        assertThat(edited.version()).isEqualTo(2);
        assertThat(edited.editedMs()).isEqualTo(6_000);
        assertThat(edited.body().toStringUtf8()).isEqualTo("three");
        assertThat(edited.headers()).isEqualTo(sent.headers());
        assertThat(stored()).isEqualTo(edited);
    }

    @Test
    void whatWasRecalledIsNotEdited() {
        StoredMessage sent = write(writer(), message(tenant, ab, "a", "m", "one"));
        ok(conversations().recall(a, sent, 7_000));
        assertThat(conversations().edit(a, sent, ByteString.copyFromUtf8("two"), 8_000))
                .isInstanceOf(Reply.Refused.class);
        assertThat(stored().body()).isEqualTo(ByteString.EMPTY);
    }

    @Test
    void aMessageThatIsNotThereIsNeitherEditedNorRecalled() {
        StoredMessage sent = write(writer(), message(tenant, ab, "a", "m", "one"));
        StoredMessage forged =
                new StoredMessage(ab, 99, sent.messageId(), "a", "d", "m", "", ByteString.EMPTY, Map.of(), 1, 0, 0, 0);
        assertThat(conversations().recall(a, forged, 1)).isInstanceOf(Reply.NotFound.class);
        assertThat(conversations().edit(a, forged, ByteString.EMPTY, 1)).isInstanceOf(Reply.NotFound.class);
    }

    @Test
    void anEditAndARecallAtOneTimeLeaveATombstoneWithoutABody() throws Exception {
        for (int round = 0; round < 20; round++) {
            StoredMessage sent = write(writer(), message(tenant, ab, "a", "m" + round, "one"));
            CountDownLatch together = new CountDownLatch(3);
            try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                List<Future<Reply<StoredMessage>>> both = List.of(
                        threads.submit(() -> {
                            together.countDown();
                            together.await();
                            return conversations().edit(a, sent, ByteString.copyFromUtf8("two"), 5_000);
                        }),
                        threads.submit(() -> {
                            together.countDown();
                            together.await();
                            return conversations().recall(a, sent, 6_000);
                        }),
                        threads.submit(() -> {
                            together.countDown();
                            together.await();
                            return conversations().recall(b, sent, 7_000);
                        }));
                StoredMessage one = ok(both.get(1).get());
                StoredMessage two = ok(both.get(2).get());
                assertThat(two.recalledMs()).isEqualTo(one.recalledMs());
                assertThat(both.get(0).get()).isInstanceOfAny(Reply.Ok.class, Reply.Refused.class);
            }
            StoredMessage now = ok(conversations().find(b, sent.messageId()));
            assertThat(now.isRecalled()).isTrue();
            assertThat(now.body()).isEqualTo(ByteString.EMPTY);
        }
    }

    @Test
    void aChangeShowsInTheListOfWhatChanged() {
        StoredMessage sent = write(writer(), message(tenant, ab, "a", "m", "one"));
        ok(conversations().markRead(b, ab, 1));
        ok(conversations().recall(a, sent, 7_000));
        assertThat(ok(conversations().list(b, System.currentTimeMillis(), 10, ""))
                        .entries())
                .singleElement()
                .satisfies(entry -> assertThat(entry.last()).matches(StoredMessage::isRecalled));
    }
}
