package io.mics.sdk.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.proto.message.v1.ServerFrame;
import io.mics.sdk.conversation.InMemoryMessageStore;
import io.mics.sdk.conversation.Message;
import io.mics.sdk.conversation.MessageStore;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a store does not take is fetched again, and comes to the listener once. */
class FailingStoreTest extends ClientHarness {
    private final ConversationRecorder told = new ConversationRecorder();
    private final FakeConversations server = new FakeConversations();
    private final FailingStore store = new FailingStore();

    /** Fails as often as it is said to, by the name of what is called. */
    private static final class FailingStore implements MessageStore {
        private final MessageStore memory = new InMemoryMessageStore();
        private final ConcurrentMap<String, Integer> failures = new ConcurrentHashMap<>();

        void fail(String call, int times) {
            failures.put(call, times);
        }

        private void called(String call) {
            Integer left = failures.computeIfPresent(call, (name, times) -> times - 1);
            if (left != null && left >= 0) {
                throw new IllegalStateException("the disk is full: " + call);
            }
        }

        boolean failedAsOftenAsSaid(String call) {
            return failures.getOrDefault(call, 1) <= 0;
        }

        @Override
        public long completeTo(String conversation) {
            called("completeTo " + conversation);
            return memory.completeTo(conversation);
        }

        @Override
        public void completeTo(String conversation, long seq) {
            called("complete " + conversation + "/" + seq);
            memory.completeTo(conversation, seq);
        }

        @Override
        public void put(Message message) {
            called("put " + message.conversation() + "/" + message.seq());
            memory.put(message);
        }

        @Override
        public Optional<Message> get(String conversation, long seq) {
            return memory.get(conversation, seq);
        }

        @Override
        public void remove(String conversation, long seq) {
            memory.remove(conversation, seq);
        }

        @Override
        public void removeUpTo(String conversation, long seq) {
            memory.removeUpTo(conversation, seq);
        }

        @Override
        public long caughtUpAtMs() {
            called("caughtUpAtMs");
            return memory.caughtUpAtMs();
        }

        @Override
        public void caughtUpAtMs(long ms) {
            called("caughtUp");
            memory.caughtUpAtMs(ms);
        }
    }

    @BeforeEach
    void answerEverybody() {
        gateway.greetAll(server::serve);
    }

    private Peer connect() throws Exception {
        connected(quick().conversations(told).messageStore(store));
        return gateway.peer();
    }

    @Test
    void aPageOfWhichAMessageIsNotTakenIsAskedForAgain() throws Exception {
        server.storeMany("group:g", 3);
        store.fail("put group:g/2", 2);
        connect();
        assertThat(told.next(3)).containsExactly("group:g/1", "group:g/2", "group:g/3");
        assertThat(told.event()).isEqualTo("caught up");
        assertThat(told.messages).isEmpty();
        assertThat(store.failedAsOftenAsSaid("put group:g/2")).isTrue();
    }

    @Test
    void theConversationsBehindOneThatFailsAreCaughtUpWithAsEver() throws Exception {
        List<String> behind = List.of("group:a", "group:b", "group:c", "group:d", "group:e", "group:f");
        behind.forEach(each -> server.store(each, "1"));
        store.fail("put group:a/1", 1);
        store.fail("put group:b/1", 1);
        store.fail("put group:c/1", 1);
        store.fail("put group:d/1", 1);
        store.fail("put group:e/1", 1);
        store.fail("put group:f/1", 1);
        connect();
        assertThat(told.next(6))
                .containsExactlyInAnyOrderElementsOf(
                        behind.stream().map(each -> each + "/1").toList());
        assertThat(told.event()).isEqualTo("caught up");
    }

    @Test
    void aListOfWhichAConversationCannotBeLookedUpIsAskedForAgain() throws Exception {
        server.store("group:a", "1");
        server.store("group:b", "1");
        server.store("group:c", "1");
        store.fail("completeTo group:b", 1);
        connect();
        assertThat(told.next(3)).containsExactlyInAnyOrder("group:a/1", "group:b/1", "group:c/1");
        assertThat(told.event()).isEqualTo("caught up");
    }

    @Test
    void whereItIsNotKnownSinceWhenEverythingIsListed() throws Exception {
        server.store("group:a", "1");
        store.fail("caughtUpAtMs", 1);
        store.fail("caughtUp", 1);
        connect();
        assertThat(told.next(1)).containsExactly("group:a/1");
        assertThat(told.event()).isEqualTo("caught up");
    }

    @Test
    void aMessageThatComesByItselfAndIsNotTakenIsFetched() throws Exception {
        Peer peer = connect();
        assertThat(told.event()).isEqualTo("caught up");
        store.fail("put group:g/1", 1);
        peer.send(ServerFrame.newBuilder()
                .setDelivery(server.store("group:g", "1"))
                .build());
        assertThat(told.next(1)).containsExactly("group:g/1");
        store.fail("put group:g/2", 1);
        peer.send(ServerFrame.newBuilder()
                .setDelivery(server.store("group:g", "2"))
                .build());
        assertThat(told.next(1)).containsExactly("group:g/2");
        assertThat(server.syncs()).hasSize(2);
        peer.send(ServerFrame.newBuilder()
                .setDelivery(server.store("group:g", "3"))
                .build());
        assertThat(told.next(1)).containsExactly("group:g/3");
        // the last may be on its way to the store
        assertThat(store.completeTo("group:g")).isBetween(2L, 3L);
    }
}
