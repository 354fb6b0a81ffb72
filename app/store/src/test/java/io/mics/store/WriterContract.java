package io.mics.store;

import static io.mics.store.Messages.many;
import static io.mics.store.Messages.message;
import static io.mics.store.Messages.write;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.mics.conversation.Conversations;
import io.mics.conversation.Conversations.Page;
import io.mics.conversation.Conversations.Reader;
import io.mics.conversation.NewMessage;
import io.mics.conversation.Reply;
import io.mics.protocol.ConversationRef;
import io.mics.protocol.StoredMessage;
import io.mics.store.MessageWriter.Result;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every engine's writer keeps. Each test has a tenant of its own. */
@Timeout(120)
abstract class WriterContract {
    final String tenant = "t-" + UUID.randomUUID();
    final ConversationRef ab = ConversationRef.ofUsers("a", "b");

    /** A writer; a second one of the same database where the engine can have two. */
    abstract MessageWriter writer();

    abstract MessageWriter second();

    abstract Conversations conversations();

    List<StoredMessage> all(ConversationRef conversation, String user) {
        List<StoredMessage> all = new ArrayList<>();
        long after = 0;
        while (true) {
            Page page = Replies.ok(conversations().after(new Reader(tenant, user), conversation, after, 200));
            all.addAll(page.messages());
            if (!page.hasMore()) {
                return all;
            }
            after = page.messages().getLast().seq();
        }
    }

    private static void assertDense(List<StoredMessage> messages) {
        assertThat(messages.stream().mapToLong(StoredMessage::seq))
                .containsExactly(
                        LongStream.rangeClosed(1, messages.size()).boxed().toArray(Long[]::new));
    }

    @Test
    void messagesAreNumberedInTheOrderOfTheBatchAndComeBackAsTheyWere() {
        List<Written.Stored> stored = write(writer(), many(tenant, ab, "a", "m", 50));
        assertThat(stored)
                .extracting(s -> s.message().seq())
                .containsExactlyElementsOf(LongStream.rangeClosed(1, 50).boxed().toList());
        assertThat(stored).noneMatch(Written.Stored::duplicate);
        assertThat(stored).extracting(s -> s.message().messageId()).isSorted().doesNotHaveDuplicates();
        assertThat(all(ab, "b"))
                .isEqualTo(stored.stream().map(Written.Stored::message).toList());
        StoredMessage first = stored.getFirst().message();
        assertThat(first.headers()).isEqualTo(Map.of("h", "v"));
        assertThat(first.createdMs()).isEqualTo(1_000);
        assertThat(first.device()).isEqualTo("d1");
    }

    @Test
    void aRepeatedMessageHasTheFirstOnesPlaceWhateverItsBody() {
        StoredMessage first = write(writer(), message(tenant, ab, "a", "m", "", "one", 1_000));
        Written.Stored again = write(writer(), List.of(message(tenant, ab, "a", "m", "", "two", 2_000)))
                .getFirst();
        assertThat(again.duplicate()).isTrue();
        assertThat(again.message()).isEqualTo(first);
        assertThat(all(ab, "a")).containsExactly(first);
    }

    @Test
    void withinOneBatchTheFirstOfTheSameNameIsStored() {
        List<Written.Stored> stored = write(
                writer(),
                List.of(
                        message(tenant, ab, "a", "m", "one"),
                        message(tenant, ab, "b", "m", "of the other"),
                        message(tenant, ab, "a", "m", "two"),
                        message(tenant, ab, "a", "n", "three")));
        assertThat(stored).extracting(Written.Stored::duplicate).containsExactly(false, false, true, false);
        assertThat(stored).extracting(s -> s.message().seq()).containsExactly(1L, 2L, 1L, 3L);
        assertThat(stored.get(2).message()).isEqualTo(stored.get(0).message());
    }

    @Test
    void oneBatchHoldsRepeatedAndNewMessagesOfSeveralConversationsAndTenants() {
        ConversationRef group = new ConversationRef.Group("g");
        write(writer(), many(tenant, ab, "a", "m", 3));
        List<NewMessage> batch = new ArrayList<>();
        batch.addAll(many(tenant, ab, "a", "m", 5));
        batch.addAll(many(tenant, group, "a", "m", 2));
        batch.addAll(many(tenant + "x", ab, "a", "m", 2));
        batch.addAll(many(tenant, ConversationRef.WORLD, "a", "m", 1));
        assertThat(write(writer(), batch))
                .extracting(s -> s.message().seq() + (s.duplicate() ? "d" : ""))
                .containsExactly("1d", "2d", "3d", "4", "5", "1", "2", "1", "2", "1");
    }

    @Test
    void aResendUnderTheKeyOfTheMinuteBeforeIsTheSameMessage() {
        NewMessage first = message(tenant, ab, "a", "k1", "", "x", 1_000);
        StoredMessage stored = write(writer(), first);
        List<Written.Stored> again = write(
                writer(),
                List.of(
                        message(tenant, ab, "a", "k2", "k1", "x", 1_000),
                        message(tenant, ab, "a", "k3", "", "y", 1_000),
                        message(tenant, ab, "a", "k4", "k3", "y", 1_000)));
        assertThat(again).extracting(Written.Stored::duplicate).containsExactly(true, false, true);
        assertThat(again.getFirst().message()).isEqualTo(stored);
        assertThat(again.getLast().message()).isEqualTo(again.get(1).message());
    }

    @Test
    void aRepeatedMessageThatWasRecalledIsATombstone() {
        StoredMessage first = write(writer(), message(tenant, ab, "a", "m", "one"));
        Replies.ok(conversations().recall(new Reader(tenant, "a"), first, 5_000));
        Written.Stored again =
                write(writer(), List.of(message(tenant, ab, "a", "m", "one"))).getFirst();
        assertThat(again.duplicate()).isTrue();
        assertThat(again.message().isRecalled()).isTrue();
        assertThat(again.message().body()).isEqualTo(ByteString.EMPTY);
    }

    @Test
    void twoWritersOfTheSameMessagesStoreEachOnceAndLeaveNoGap() throws InterruptedException, ExecutionException {
        int rounds = 30;
        Set<Long> ids = new HashSet<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int round = 0; round < rounds; round++) {
                List<NewMessage> batch = many(tenant, ab, "a", "r" + round + "-", 10);
                CountDownLatch together = new CountDownLatch(2);
                Future<List<Written.Stored>> one = threads.submit(() -> {
                    together.countDown();
                    together.await();
                    return write(writer(), batch);
                });
                Future<List<Written.Stored>> two = threads.submit(() -> {
                    together.countDown();
                    together.await();
                    return write(second(), batch.reversed());
                });
                List<StoredMessage> first =
                        one.get().stream().map(Written.Stored::message).toList();
                List<StoredMessage> other =
                        two.get().stream().map(Written.Stored::message).toList();
                assertThat(other.reversed()).isEqualTo(first);
                long fresh = one.get().stream().filter(s -> !s.duplicate()).count()
                        + two.get().stream().filter(s -> !s.duplicate()).count();
                assertThat(fresh).isEqualTo(10);
                first.forEach(m -> ids.add(m.messageId()));
            }
        }
        assertThat(ids).hasSize(10 * rounds);
        List<StoredMessage> all = all(ab, "b");
        assertThat(all).hasSize(10 * rounds);
        assertDense(all);
    }

    @Test
    void manyWritersOfManyConversationsNumberEachWithoutGaps() throws InterruptedException, ExecutionException {
        List<ConversationRef> conversations = List.of(
                ab, ConversationRef.ofUsers("a", "c"), ConversationRef.ofUsers("a", "d"), ConversationRef.WORLD);
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<?>> running = new ArrayList<>();
            for (int w = 0; w < 6; w++) {
                int number = w;
                MessageWriter writer = w % 2 == 0 ? writer() : second();
                running.add(threads.submit(() -> {
                    for (int i = 0; i < 20; i++) {
                        List<NewMessage> batch = new ArrayList<>();
                        for (int k = 0; k < 8; k++) {
                            ConversationRef c = conversations.get((number + i + k) % conversations.size());
                            batch.add(message(tenant, c, "a", number + "-" + i + "-" + k, "x"));
                        }
                        write(writer, batch);
                    }
                }));
            }
            for (Future<?> future : running) {
                future.get();
            }
        }
        for (ConversationRef conversation : conversations.subList(0, 3)) {
            List<StoredMessage> all = all(conversation, "a");
            assertThat(all).hasSize(240);
            assertDense(all);
        }
    }

    @Test
    void aTextThatNoEngineCanStoreIsRefusedAndTheOthersAreStored() {
        Result result = writer().write(List.of(
                message(tenant, ab, "a", "m1", "x"),
                message(tenant, ab, "a", "m\0", "x"),
                message(tenant, ab, "a", "m\ud800", "x"),
                message(tenant, ab, "a", "m2 \ud83d\ude00", "x\0y")));
        assertThat(result).isInstanceOf(Result.Committed.class);
        List<Written> written = ((Result.Committed) result).written();
        assertThat(written.get(1)).isInstanceOf(Written.Refused.class);
        assertThat(written.get(2)).isInstanceOf(Written.Refused.class);
        assertThat(all(ab, "b"))
                .extracting(StoredMessage::seq, StoredMessage::clientMsgId)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(1L, "m1"),
                        org.assertj.core.groups.Tuple.tuple(2L, "m2 \ud83d\ude00"));
    }

    /** Has the database itself refuse every message with this content. */
    abstract void refuse(String clientMsgId);

    @Test
    void aMessageTheDatabaseWillNeverTakeIsFoundAndTheOthersAreStoredWithoutAGap() {
        refuse("poison");
        List<NewMessage> batch = new ArrayList<>(many(tenant, ab, "a", "x", 20));
        batch.add(message(tenant, ab, "a", "poison", "x"));
        batch.addAll(many(tenant, ab, "a", "y", 20));
        Result result = writer().write(batch);
        assertThat(result).isInstanceOf(Result.Committed.class);
        List<Written> written = ((Result.Committed) result).written();
        assertThat(written.get(20)).isInstanceOf(Written.Refused.class);
        assertThat(written).filteredOn(Written.Stored.class::isInstance).hasSize(40);
        List<StoredMessage> all = all(ab, "b");
        assertThat(all).hasSize(40);
        assertDense(all);
    }

    @Test
    void anEmptyBodyAndAMegabyteAreStoredAsTheyAre() {
        ByteString large = ByteString.copyFrom(new byte[1 << 20]).concat(ByteString.copyFromUtf8("end"));
        NewMessage empty = message(tenant, ab, "a", "m1", "");
        NewMessage of = message(tenant, ab, "a", "m2", "");
        NewMessage one = new NewMessage(
                tenant, ab, "a", "d", of.clientMsgId(), of.dedupKey(), "", "image", large, Map.of(), "", 1, true);
        write(writer(), List.of(empty, one));
        assertThat(all(ab, "b")).extracting(StoredMessage::body).containsExactly(ByteString.EMPTY, large);
    }

    @Test
    void aSendersPointerMovesToItsMessageAndNobodyElses() {
        write(writer(), many(tenant, ab, "a", "m", 3));
        assertThat(unread("a")).isZero();
        assertThat(unread("b")).isEqualTo(3);
        write(writer(), message(tenant, ab, "b", "m", "x"));
        assertThat(unread("a")).isEqualTo(1);
        assertThat(unread("b")).isZero();
    }

    private long unread(String user) {
        return Replies.ok(conversations().list(new Reader(tenant, user), 0, 10, ""))
                .entries()
                .getFirst()
                .unread();
    }

    @Test
    void anEmptyBatchIsCommitted() {
        assertThat(writer().write(List.of())).isEqualTo(new Result.Committed(List.of()));
    }

    @Test
    void unknownGroupsAreMadeWithTheirSenderAsTheirMember() {
        ConversationRef.Group group = new ConversationRef.Group("g");
        write(writer(), many(tenant, group, "a", "m", 2));
        assertThat(all(group, "a")).hasSize(2);
        assertThat(conversations().after(new Reader(tenant, "b"), group, 0, 10)).isInstanceOf(Reply.NotFound.class);
    }
}
