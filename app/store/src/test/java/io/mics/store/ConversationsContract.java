package io.mics.store;

import static io.mics.store.Messages.many;
import static io.mics.store.Messages.message;
import static io.mics.store.Messages.write;
import static io.mics.store.Replies.ok;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.mics.conversation.Conversations.Entries;
import io.mics.conversation.Conversations.Members;
import io.mics.conversation.Conversations.Page;
import io.mics.conversation.Conversations.ReadMark;
import io.mics.conversation.Conversations.Reader;
import io.mics.conversation.NewMessage;
import io.mics.conversation.Reply;
import io.mics.protocol.ConversationFrame.Entry;
import io.mics.protocol.ConversationRef;
import io.mics.protocol.StoredMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every engine answers readers. Each test has a tenant of its own. */
@Timeout(120)
abstract class ConversationsContract extends DeviceCursorsContract {
    private Page after(Reader reader, ConversationRef conversation, long seq, int limit) {
        return ok(conversations().after(reader, conversation, seq, limit));
    }

    private List<Long> seqs(Reader reader, ConversationRef conversation) {
        return seqs(after(reader, conversation, 0, 200));
    }

    private static List<Long> seqs(Page page) {
        return page.messages().stream().map(StoredMessage::seq).toList();
    }

    private static List<Long> range(long from, long to) {
        return LongStream.rangeClosed(from, to).boxed().toList();
    }

    private Entry entry(Reader reader) {
        return ok(conversations().list(reader, 0, 10, "")).entries().getFirst();
    }

    @Test
    void pagesAreInOrderAndSayWhetherThereIsMore() {
        write(writer(), many(tenant, ab, "a", "m", 10));
        Page first = after(b, ab, 0, 4);
        assertThat(seqs(first)).isEqualTo(range(1, 4));
        assertThat(first.hasMore()).isTrue();
        assertThat(first.firstSeq()).isEqualTo(1);
        assertThat(first.lastSeq()).isEqualTo(10);
        Page rest = after(b, ab, 4, 6);
        assertThat(seqs(rest)).isEqualTo(range(5, 10));
        assertThat(rest.hasMore()).isFalse();
    }

    @Test
    void numbersBeyondTheEndBelowTheBeginningAndHugeAreAnswered() {
        write(writer(), many(tenant, ab, "a", "m", 3));
        for (long beyond : new long[] {3, 4, Long.MAX_VALUE - 1, Long.MAX_VALUE}) {
            Page page = after(a, ab, beyond, 10);
            assertThat(page.messages()).isEmpty();
            assertThat(page.lastSeq()).isEqualTo(3);
            assertThat(page.hasMore()).isFalse();
        }
        assertThat(seqs(after(a, ab, Long.MIN_VALUE, 10))).isEqualTo(range(1, 3));
        assertThat(after(a, ab, 0, Integer.MAX_VALUE).messages()).hasSize(3);
        assertThat(after(a, ab, 0, -1).messages()).hasSize(1);
    }

    @Test
    void aPageOfLargeMessagesEndsEarlyAndGoesOnWhereItEnded() {
        ByteString large = ByteString.copyFrom(new byte[1 << 20]);
        for (int i = 0; i < 10; i++) {
            write(
                    writer(),
                    new NewMessage(tenant, ab, "a", "d", "m" + i, "m" + i, "", "image", large, Map.of(), "", 1, false));
        }
        Page page = after(b, ab, 0, 10);
        assertThat(page.messages().size()).isBetween(1, 5);
        assertThat(page.hasMore()).isTrue();
        List<Long> all = new ArrayList<>(seqs(page));
        while (page.hasMore()) {
            page = after(b, ab, all.getLast(), 10);
            all.addAll(seqs(page));
        }
        assertThat(all).isEqualTo(range(1, 10));
    }

    @Test
    void aConversationOfTwoWithoutMessagesIsEmptyAndNotAbsent() {
        Page page = after(a, ab, 0, 10);
        assertThat(page).isEqualTo(new Page(List.of(), 1, 0, false));
        assertThat(ok(conversations().markRead(a, ab, 5))).isEqualTo(new ReadMark(0, 0, 0, false));
        assertThat(ok(conversations().clear(a, ab, 5))).isFalse();
        assertThat(ok(conversations().hide(a, ab, List.of(1L)))).isFalse();
        assertThat(ok(conversations().lastSeqBefore(a, ab, Long.MAX_VALUE))).isZero();
        assertThat(conversations().find(a, ab, "m")).isInstanceOf(Reply.NotFound.class);
        assertThat(ok(conversations().list(a, 0, 10, "")).entries()).isEmpty();
    }

    @Test
    void nobodyElseLearnsWhetherAConversationIsThere() {
        ok(conversations().join(tenant, group, List.of("a", "b")));
        StoredMessage single = write(writer(), message(tenant, ab, "a", "m", "x"));
        StoredMessage inGroup = write(writer(), message(tenant, group, "a", "m", "x"));
        Reader stranger = new Reader(tenant, "c");
        Reader elsewhere = new Reader(tenant + "x", "a");
        for (ConversationRef c :
                List.of(ab, group, new ConversationRef.Group("none"), ConversationRef.ofUsers("a", "d"))) {
            assertHidden(stranger, c);
        }
        assertHidden(elsewhere, group);
        assertThat(after(elsewhere, ab, 0, 10).lastSeq()).isZero();
        for (Reader reader : List.of(stranger, elsewhere)) {
            for (StoredMessage message : List.of(single, inGroup)) {
                assertThat(conversations().find(reader, message.messageId())).isInstanceOf(Reply.NotFound.class);
                assertThat(conversations().recall(reader, message, 1)).isInstanceOf(Reply.NotFound.class);
                assertThat(conversations().edit(reader, message, ByteString.EMPTY, 1))
                        .isInstanceOf(Reply.NotFound.class);
            }
        }
        assertThat(seqs(b, ab)).isEqualTo(range(1, 1));
        assertThat(ok(conversations().find(b, single.messageId()))).isEqualTo(single);
    }

    private void assertHidden(Reader reader, ConversationRef c) {
        assertThat(conversations().after(reader, c, 0, 10)).isInstanceOf(Reply.NotFound.class);
        assertThat(conversations().markRead(reader, c, 1)).isInstanceOf(Reply.NotFound.class);
        assertThat(conversations().clear(reader, c, 1)).isInstanceOf(Reply.NotFound.class);
        assertThat(conversations().hide(reader, c, List.of(1L))).isInstanceOf(Reply.NotFound.class);
        assertThat(conversations().lastSeqBefore(reader, c, 1)).isInstanceOf(Reply.NotFound.class);
        assertThat(conversations().find(reader, c, "m")).isInstanceOf(Reply.NotFound.class);
    }

    @Test
    void aMemberSeesWhatCameAfterItJoinedAndNothingOnceItHasLeft() {
        ok(conversations().join(tenant, group, List.of("a")));
        write(writer(), many(tenant, group, "a", "m", 3));
        assertThat(ok(conversations().join(tenant, group, List.of("a", "b")))).isTrue();
        assertThat(ok(conversations().join(tenant, group, List.of("b")))).isFalse();
        write(writer(), many(tenant, group, "a", "n", 2));
        assertThat(seqs(b, group)).isEqualTo(range(4, 5));
        assertThat(after(b, group, 0, 10).firstSeq()).isEqualTo(4);
        assertThat(entry(b).unread()).isEqualTo(2);
        assertThat(ok(conversations().leave(tenant, group, List.of("b")))).isTrue();
        assertThat(ok(conversations().leave(tenant, group, List.of("b")))).isFalse();
        assertHidden(b, group);
        assertThat(ok(conversations().list(b, 0, 10, "")).entries()).isEmpty();
        write(writer(), many(tenant, group, "a", "o", 1));
        ok(conversations().join(tenant, group, List.of("b")));
        assertThat(seqs(b, group)).isEmpty();
        assertThat(after(b, group, 0, 10).firstSeq()).isEqualTo(7);
        assertThat(ok(conversations().isMember(tenant, group, "b"))).isTrue();
        assertThat(ok(conversations().isMember(tenant, group, "c"))).isFalse();
        assertThat(ok(conversations().isMember(tenant, new ConversationRef.Group("x"), "b")))
                .isFalse();
        assertThat(ok(conversations().leave(tenant, new ConversationRef.Group("x"), List.of("b"))))
                .isFalse();
    }

    @Test
    void membersComeInPagesById() {
        List<String> users =
                IntStream.range(0, 25).mapToObj(i -> "u%02d".formatted(i)).toList();
        ok(conversations().join(tenant, group, users.reversed()));
        List<String> all = new ArrayList<>();
        Members page = ok(conversations().members(tenant, group, "", 10));
        while (true) {
            all.addAll(page.users());
            if (page.next().isEmpty()) {
                break;
            }
            page = ok(conversations().members(tenant, group, page.next(), 10));
        }
        assertThat(all).isEqualTo(users);
        assertThat(ok(conversations().members(tenant, new ConversationRef.Group("x"), "", 10))
                        .users())
                .isEmpty();
    }

    @Test
    void readMarksMoveForwardOnlyAndToTheEndAtMost() {
        write(writer(), many(tenant, ab, "a", "m", 5));
        assertThat(ok(conversations().markRead(b, ab, 3))).isEqualTo(new ReadMark(3, 2, 5, true));
        assertThat(ok(conversations().markRead(b, ab, 2))).isEqualTo(new ReadMark(3, 2, 5, false));
        assertThat(ok(conversations().markRead(b, ab, -7))).isEqualTo(new ReadMark(3, 2, 5, false));
        assertThat(ok(conversations().markRead(b, ab, Long.MAX_VALUE))).isEqualTo(new ReadMark(5, 0, 5, true));
        assertThat(entry(b).readSeq()).isEqualTo(5);
    }

    @Test
    void unreadIsWhatARecountGivesWhateverWasReadClearedHiddenOrRecalled() {
        List<StoredMessage> sent = write(writer(), many(tenant, ab, "a", "m", 10)).stream()
                .map(Written.Stored::message)
                .toList();
        ok(conversations().markRead(b, ab, 2));
        ok(conversations().clear(b, ab, 4));
        ok(conversations().hide(b, ab, List.of(6L)));
        ok(conversations().recall(a, sent.get(7), 9_000));
        assertThat(entry(b).unread()).isEqualTo(6);
        assertThat(seqs(b, ab)).containsExactly(5L, 7L, 8L, 9L, 10L);
        write(writer(), message(tenant, ab, "b", "own", "x"));
        assertThat(entry(b).unread()).isZero();
        assertThat(entry(a).unread()).isEqualTo(1);
    }

    @Test
    void aClearedConversationBeginsLaterForItsReaderAlone() {
        write(writer(), many(tenant, ab, "a", "m", 5));
        ok(conversations().hide(b, ab, List.of(1L, 5L)));
        assertThat(ok(conversations().clear(b, ab, 3))).isTrue();
        assertThat(ok(conversations().clear(b, ab, 2))).isFalse();
        assertThat(seqs(b, ab)).containsExactly(4L);
        assertThat(after(b, ab, 0, 10).firstSeq()).isEqualTo(4);
        assertThat(seqs(a, ab)).isEqualTo(range(1, 5));
        assertThat(ok(conversations().clear(b, ab, Long.MAX_VALUE))).isTrue();
        Entry entry = entry(b);
        assertThat(entry.last()).isNull();
        assertThat(entry.lastSeq()).isEqualTo(5);
        assertThat(entry.firstSeq()).isEqualTo(6);
        write(writer(), message(tenant, ab, "a", "after", "x"));
        assertThat(seqs(b, ab)).containsExactly(6L);
    }

    @Test
    void hiddenMessagesAreGoneForTheirReaderAloneAndUnknownOnesAreIgnored() {
        List<Written.Stored> sent = write(writer(), many(tenant, ab, "a", "m", 4));
        assertThat(ok(conversations().hide(b, ab, List.of(2L, 2L, 99L, -1L, Long.MAX_VALUE))))
                .isTrue();
        assertThat(ok(conversations().hide(b, ab, List.of(2L)))).isFalse();
        assertThat(seqs(b, ab)).containsExactly(1L, 3L, 4L);
        assertThat(seqs(a, ab)).isEqualTo(range(1, 4));
        assertThat(conversations().find(b, sent.get(1).message().messageId())).isInstanceOf(Reply.NotFound.class);
        Page page = after(b, ab, 0, 2);
        assertThat(seqs(page)).containsExactly(1L, 3L);
        assertThat(page.hasMore()).isTrue();
        ok(conversations().hide(b, ab, List.of(4L)));
        assertThat(after(b, ab, 0, 2).hasMore()).isFalse();
        assertThat(entry(b).last()).extracting(StoredMessage::seq).isEqualTo(3L);
    }

    @Test
    void pagesGoOnOverManyHiddenMessages() {
        write(writer(), many(tenant, ab, "a", "m", 450));
        ok(conversations().hide(b, ab, range(11, 440)));
        Page page = after(b, ab, 5, 6);
        assertThat(seqs(page)).containsExactly(6L, 7L, 8L, 9L, 10L, 441L);
        assertThat(page.hasMore()).isTrue();
        assertThat(after(b, ab, 10, 10).hasMore()).isFalse();
        assertThat(after(b, ab, 10, 9).hasMore()).isTrue();
    }

    @Test
    void aMessageIsFoundByItsIdAndByItsSendersNameForIt() {
        StoredMessage sent = write(writer(), message(tenant, ab, "a", "m", "x"));
        assertThat(ok(conversations().find(a, sent.messageId()))).isEqualTo(sent);
        assertThat(ok(conversations().find(b, sent.messageId()))).isEqualTo(sent);
        assertThat(ok(conversations().find(a, ab, "m"))).isEqualTo(sent);
        assertThat(conversations().find(b, ab, "m")).isInstanceOf(Reply.NotFound.class);
        assertThat(conversations().find(a, ab, "n")).isInstanceOf(Reply.NotFound.class);
        assertThat(conversations().find(a, ab, "m\0")).isInstanceOf(Reply.NotFound.class);
        for (long id : new long[] {0, -1, Long.MAX_VALUE, sent.messageId() + 1}) {
            assertThat(conversations().find(a, id)).isInstanceOf(Reply.NotFound.class);
        }
        NewMessage old = message(tenant, ab, "a", "number", "x");
        StoredMessage numbered = write(
                writer(),
                new NewMessage(
                        tenant, ab, "a", "d", "number", "key of a minute", "", "", old.body(), Map.of(), "", 1, false));
        assertThat(ok(conversations().find(a, ab, "number"))).isEqualTo(numbered);
    }

    @Test
    void theLastMessageBeforeATimeIsFoundThoughClocksDiffer() {
        long[] stamps = {100, 200, 190, 300, 400, 390, 500};
        for (int i = 0; i < stamps.length; i++) {
            write(writer(), message(tenant, ab, "a", "m" + i, "", "x", stamps[i]));
        }
        assertThat(ok(conversations().lastSeqBefore(a, ab, 100))).isZero();
        assertThat(ok(conversations().lastSeqBefore(a, ab, 101))).isEqualTo(1);
        assertThat(ok(conversations().lastSeqBefore(a, ab, 195))).isEqualTo(3);
        assertThat(ok(conversations().lastSeqBefore(a, ab, 395))).isEqualTo(6);
        assertThat(ok(conversations().lastSeqBefore(a, ab, Long.MAX_VALUE))).isEqualTo(7);
        assertThat(ok(conversations().lastSeqBefore(a, ab, Long.MIN_VALUE))).isZero();
    }

    @Test
    void theListHasTheNewestConversationFirstAndPagesThroughAllOfThem() {
        List<String> others = IntStream.range(0, 23).mapToObj(i -> "o" + i).toList();
        for (String other : others) {
            write(writer(), message(tenant, ConversationRef.ofUsers("a", other), other, "m", "x"));
        }
        ok(conversations().join(tenant, group, List.of("a")));
        write(writer(), message(tenant, ConversationRef.WORLD, "a", "m", "x"));
        List<String> all = new ArrayList<>();
        String cursor = "";
        do {
            Entries page = ok(conversations().list(a, 0, 5, cursor));
            page.entries().forEach(entry -> all.add(entry.conversation()));
            cursor = page.nextCursor();
            if (all.size() == 10) { // one of those that were listed gets a message meanwhile
                write(writer(), message(tenant, ConversationRef.ofUsers("a", "o22"), "o22", "again", "x"));
            }
        } while (!cursor.isEmpty());
        List<String> expected = new ArrayList<>(others.reversed().stream()
                .map(other -> ConversationRef.ofUsers("a", other).id())
                .toList());
        expected.add(group.id());
        assertThat(all).hasSize(24).containsExactlyInAnyOrderElementsOf(expected);
        assertThat(ok(conversations().list(a, 0, 1, "")).entries().getFirst().conversation())
                .isEqualTo(ConversationRef.ofUsers("a", "o22").id());
        for (String bad : List.of("x", "-", "1-", "99999999999999999999-1", "1-2-3", "' OR 1")) {
            assertThat(conversations().list(a, 0, 5, bad)).isInstanceOf(Reply.Refused.class);
        }
    }

    @Test
    void theListOfWhatChangedHasTheSecondsBeforeToo() {
        StoredMessage sent = write(writer(), message(tenant, ab, "a", "m", "x"));
        long now = System.currentTimeMillis();
        assertThat(ok(conversations().list(b, now, 10, "")).entries()).hasSize(1);
        assertThat(ok(conversations().list(b, now + 9_000, 10, "")).entries()).hasSize(1);
        assertThat(ok(conversations().list(b, now + 60_000, 10, "")).entries()).isEmpty();
        assertThat(ok(conversations().list(b, Long.MAX_VALUE, 10, "")).entries())
                .isEmpty();
        assertThat(ok(conversations().list(b, Long.MIN_VALUE, 10, "")).entries())
                .hasSize(1);
        Entry entry = entry(b);
        assertThat(entry).isEqualTo(new Entry(ab.id(), sent, 1, 1, 0, 1));
    }

    @Test
    void worldIsReadByEveryUserOfTheTenantAsFarAsItsNewestMessagesGo() {
        write(writer(), many(tenant, ConversationRef.WORLD, "a", "m", 310));
        Reader anybody = new Reader(tenant, "z");
        Page page = after(anybody, ConversationRef.WORLD, 0, 200);
        assertThat(page.firstSeq()).isEqualTo(11);
        assertThat(page.messages().getFirst().seq()).isEqualTo(11);
        assertThat(page.lastSeq()).isEqualTo(310);
        assertThat(ok(conversations().list(anybody, 0, 10, "")).entries()).isEmpty();
        assertThat(ok(conversations().markRead(anybody, ConversationRef.WORLD, 5)))
                .isEqualTo(new ReadMark(310, 0, 310, false));
        assertThat(ok(conversations().clear(anybody, ConversationRef.WORLD, 305)))
                .isTrue();
        assertThat(seqs(anybody, ConversationRef.WORLD)).isEqualTo(range(306, 310));
        assertThat(ok(conversations().list(anybody, 0, 10, "")).entries()).isEmpty();
        assertThat(after(new Reader(tenant + "x", "z"), ConversationRef.WORLD, 0, 10)
                        .lastSeq())
                .isZero();
    }
}
