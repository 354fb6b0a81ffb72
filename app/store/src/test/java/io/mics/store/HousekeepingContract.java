package io.mics.store;

import static io.mics.store.Messages.many;
import static io.mics.store.Messages.message;
import static io.mics.store.Messages.write;
import static io.mics.store.Replies.ok;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.mics.conversation.Conversations;
import io.mics.conversation.Conversations.Page;
import io.mics.conversation.Conversations.Reader;
import io.mics.conversation.Reply;
import io.mics.protocol.ConversationRef;
import io.mics.protocol.StoredMessage;
import io.mics.store.engine.Store;
import io.mics.store.sql.Leases;
import io.mics.store.sql.PersonalData;
import io.mics.store.sql.PersonalData.Membership;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every engine deletes, and what it does not. */
@Timeout(120)
abstract class HousekeepingContract {
    final String tenant = "t-" + UUID.randomUUID();
    final ConversationRef ab = ConversationRef.ofUsers("a", "b");
    final ConversationRef.Group group = new ConversationRef.Group("g");
    final Reader a = new Reader(tenant, "a");
    final Reader b = new Reader(tenant, "b");

    abstract Store store();

    private Conversations conversations() {
        return store().conversations();
    }

    private Page page(Reader reader, ConversationRef conversation) {
        return ok(conversations().after(reader, conversation, 0, 1_000));
    }

    private void stamped(ConversationRef conversation, int from, int to) {
        for (int i = from; i <= to; i++) {
            write(store().writer(), message(tenant, conversation, "a", "m" + i, "", "x", i * 1_000L));
        }
    }

    @Test
    void aLeaseIsOneHoldersUntilItEnds() throws SQLException {
        Leases leases = store().leases();
        Duration hour = Duration.ofHours(1);
        assertThat(leases.take(tenant, "n1", hour)).isTrue();
        assertThat(leases.take(tenant, "n2", hour)).isFalse();
        assertThat(leases.take(tenant + "x", "n2", hour)).isTrue();
        assertThat(leases.take(tenant, "n1", Duration.ZERO)).as("it is its own").isTrue();
        assertThat(leases.take(tenant, "n2", hour)).as("it has ended").isTrue();
        assertThat(leases.take(tenant, "n1", hour)).isFalse();
    }

    @Test
    void ofManyThatAskAtOnceOneGetsALease() throws InterruptedException {
        Leases leases = store().leases();
        List<Boolean> taken = Collections.synchronizedList(new ArrayList<>());
        List<Thread> nodes = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            String holder = "n" + i;
            nodes.add(Thread.ofVirtual().start(() -> {
                try {
                    taken.add(leases.take(tenant, holder, Duration.ofHours(1)));
                } catch (SQLException e) {
                    throw new IllegalStateException(e);
                }
            }));
        }
        for (Thread node : nodes) {
            node.join();
        }
        assertThat(taken).hasSize(8).containsOnlyOnce(true);
    }

    @Test
    void whatIsTooOldIsGoneAndTheRestBeginsLater() throws SQLException {
        stamped(ab, 1, 10);
        ok(conversations().hide(b, ab, List.of(2L, 9L)));
        assertThat(store().retention().apply(tenant, Duration.ofSeconds(6), 0, 10_500))
                .isEqualTo(4);
        Page page = page(b, ab);
        assertThat(page.firstSeq()).isEqualTo(5);
        assertThat(page.lastSeq()).isEqualTo(10);
        assertThat(page.messages()).extracting(StoredMessage::seq).containsExactly(5L, 6L, 7L, 8L, 10L);
        assertThat(ok(conversations().list(b, 0, 1, "")).entries().getFirst().unread())
                .isEqualTo(6);
        assertThat(store().retention().apply(tenant, Duration.ofSeconds(6), 0, 10_500))
                .isZero();
        assertThat(write(store().writer(), message(tenant, ab, "a", "new", "x")).seq())
                .isEqualTo(11);
    }

    @Test
    void aConversationKeepsItsNewestMessagesUpToItsNumber() throws SQLException {
        write(store().writer(), many(tenant, ab, "a", "m", 500));
        write(store().writer(), many(tenant, ab, "a", "n", 500));
        write(store().writer(), many(tenant, ab, "a", "o", 300));
        write(store().writer(), many(tenant, group, "a", "m", 5));
        write(store().writer(), many(tenant + "x", ab, "a", "m", 50));
        assertThat(store().retention().apply(tenant, Duration.ZERO, 20, 0)).isEqualTo(1_280);
        assertThat(page(b, ab).messages())
                .hasSize(20)
                .first()
                .extracting(StoredMessage::seq)
                .isEqualTo(1_281L);
        assertThat(page(a, group).messages()).hasSize(5);
        assertThat(page(new Reader(tenant + "x", "b"), ab).messages()).hasSize(50);
        assertThat(store().retention().apply(tenant, Duration.ZERO, 0, 0)).isZero();
    }

    @Test
    void whenAllIsGoneTheConversationGoesOnWithItsNextNumber() throws SQLException {
        stamped(ab, 1, 3);
        assertThat(store().retention().apply(tenant, Duration.ofSeconds(1), 1, 100_000))
                .isEqualTo(3);
        Page page = page(b, ab);
        assertThat(page).isEqualTo(new Page(List.of(), 4, 3, false));
        assertThat(write(store().writer(), message(tenant, ab, "b", "m", "x")).seq())
                .isEqualTo(4);
        assertThat(page(a, ab).messages()).hasSize(1);
    }

    @Test
    void anErasedUserLeavesTombstonesAndNothingElse() throws SQLException {
        ok(conversations().join(tenant, group, List.of("a", "b")));
        StoredMessage own = write(store().writer(), message(tenant, ab, "a", "m", "secret"));
        write(store().writer(), message(tenant, ab, "b", "m", "of the other"));
        write(store().writer(), many(tenant, group, "a", "m", 500));
        write(store().writer(), many(tenant, group, "a", "n", 100));
        write(store().writer(), message(tenant, ConversationRef.WORLD, "a", "m", "secret"));
        write(store().writer(), message(tenant + "x", ab, "a", "m", "elsewhere"));
        assertThat(store().personalData().erase(tenant, "a", 9_000)).isEqualTo(602);
        assertThat(store().personalData().erase(tenant, "a", 9_500)).isZero();
        Page seen = page(b, ab);
        assertThat(seen.messages()).extracting(StoredMessage::seq).containsExactly(1L, 2L);
        StoredMessage tombstone = seen.messages().getFirst();
        assertThat(tombstone.isRecalled()).isTrue();
        assertThat(tombstone.body()).isEqualTo(ByteString.EMPTY);
        assertThat(tombstone.device()).isEmpty();
        assertThat(tombstone.messageId()).isEqualTo(own.messageId());
        assertThat(page(b, ConversationRef.WORLD).messages()).allMatch(StoredMessage::isRecalled);
        assertThat(ok(conversations().members(tenant, group, "", 10)).users()).containsExactly("b");
        assertThat(conversations().after(a, group, 0, 10)).isInstanceOf(Reply.NotFound.class);
        assertThat(ok(conversations().list(a, 0, 10, "")).entries()).isEmpty();
        assertThat(page(a, ab).messages()).isEmpty();
        assertThat(page(new Reader(tenant + "x", "b"), ab).messages()).noneMatch(StoredMessage::isRecalled);

        // whoever gets this id later sees what comes from now on
        write(store().writer(), message(tenant, ab, "b", "later", "x"));
        assertThat(page(a, ab).messages()).extracting(StoredMessage::seq).containsExactly(3L);
    }

    @Test
    void anExportHasEveryMembershipAndEveryMessageOfTheUserAndNobodyElses() throws SQLException {
        ok(conversations().join(tenant, group, List.of("a", "b")));
        write(store().writer(), many(tenant, ab, "a", "m", 3));
        write(store().writer(), many(tenant, ab, "b", "m", 2));
        write(store().writer(), many(tenant, group, "a", "m", 2));
        write(store().writer(), many(tenant, ConversationRef.WORLD, "a", "m", 1));
        List<Membership> memberships = new ArrayList<>();
        List<StoredMessage> messages = new ArrayList<>();
        store().personalData().export(tenant, "a", new PersonalData.Export() {
            @Override
            public void membership(Membership membership) {
                memberships.add(membership);
            }

            @Override
            public void message(StoredMessage message) {
                messages.add(message);
            }
        });
        assertThat(memberships)
                .extracting(membership -> membership.conversation().id())
                .containsExactlyInAnyOrder(ab.id(), group.id(), "world");
        assertThat(messages).hasSize(6).allMatch(message -> message.sender().equals("a"));
    }

    @Test
    void devicesThatWereNotSeenForLongAreForgotten() throws SQLException {
        stamped(ab, 1, 3);
        assertThat(ok(conversations().missed(b, "d", 10)).parts()).isEmpty();
        stamped(ab, 4, 4);
        assertThat(store().retention().forgetDevicesUnseenSince(1)).isZero();
        assertThat(ok(conversations().missed(b, "d", 10)).parts()).hasSize(1);
        assertThat(store().retention().forgetDevicesUnseenSince(Long.MAX_VALUE)).isPositive();
        assertThat(ok(conversations().missed(b, "d", 10)).parts()).isEmpty();
        stamped(ab, 5, 5);
        assertThat(store().personalData().erase(tenant, "b", 9_000)).isZero();
        assertThat(ok(conversations().forgetDevice(b, "d"))).isFalse();
    }
}
