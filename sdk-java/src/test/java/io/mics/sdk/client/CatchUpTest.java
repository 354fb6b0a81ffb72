package io.mics.sdk.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.mics.proto.message.v1.Gap;
import io.mics.proto.message.v1.MessageDelivery;
import io.mics.proto.message.v1.ServerFrame;
import io.mics.proto.message.v1.SyncRequest;
import io.mics.sdk.conversation.ConversationSummary;
import io.mics.sdk.conversation.InMemoryMessageStore;
import io.mics.sdk.conversation.Message;
import io.mics.sdk.conversation.SendResult;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a client was not there for. */
class CatchUpTest extends ClientHarness {
    private final ConversationRecorder told = new ConversationRecorder();
    private final FakeConversations server = new FakeConversations();
    private final InMemoryMessageStore store = new InMemoryMessageStore();

    @BeforeEach
    void answerEverybody() {
        gateway.greetAll(server::serve);
    }

    private MicsClientBuilder device() {
        return quickToNoticeAnEnd().conversations(told).messageStore(store);
    }

    private static void deliver(Peer peer, MessageDelivery message) {
        peer.send(ServerFrame.newBuilder().setDelivery(message).build());
    }

    private static List<String> numbers(String conversation, int from, int to) {
        return IntStream.rangeClosed(from, to)
                .mapToObj(i -> conversation + "/" + i)
                .toList();
    }

    @Test
    void everythingMissedComesInOrderAndOnceNewestConversationFirst() throws Exception {
        server.store("single:u1:u2", "1");
        connected(device());
        Peer peer = gateway.peer();
        assertThat(told.next(1)).containsExactly("single:u1:u2/1");
        assertThat(told.event()).isEqualTo("caught up");
        server.storeMany("single:u1:u2", 100);
        server.storeMany("group:b", 450);
        server.storeMany("group:c", 2);

        peer.drop();
        assertThat(told.event()).isEqualTo("caught up");

        List<String> shown = told.next(552);
        assertThat(shown.stream().filter(each -> each.startsWith("single")))
                .containsExactlyElementsOf(numbers("single:u1:u2", 2, 101));
        assertThat(shown.stream().filter(each -> each.startsWith("group:b")))
                .containsExactlyElementsOf(numbers("group:b", 1, 450));
        assertThat(shown.subList(0, 2)).isEqualTo(numbers("group:c", 1, 2));
        assertThat(told.messages).isEmpty();
        assertThat(server.syncs())
                .allSatisfy(sync -> assertThat(sync.getLimit()).isEqualTo(200));
        assertThat(peer.requestHead.get(0)).contains("&catchup=sync");
    }

    @Test
    void aSecondTimeOnlyWhatChangedSinceTheFirstIsListed() throws Exception {
        server.store("group:old", "1");
        connected(device());
        assertThat(told.event()).isEqualTo("caught up");
        long listedAt = store.caughtUpAtMs();
        assertThat(listedAt).isPositive();
        gateway.peer().drop();
        assertThat(told.event()).isEqualTo("caught up");
        assertThat(server.lists().get(0).getChangedSinceMs()).isZero();
        assertThat(server.lists().get(1).getChangedSinceMs()).isEqualTo(listedAt - 60_000);
    }

    @Test
    void aStoreThatOutlivesTheClientSparesItTheRest() throws Exception {
        server.storeMany("group:g", 300);
        MicsClient first = connected(device());
        told.next(300);
        assertThat(told.event()).isEqualTo("caught up");
        first.close();
        server.storeMany("group:g", 5);

        connected(device());

        assertThat(told.next(5)).isEqualTo(numbers("group:g", 301, 305));
        assertThat(told.event()).isEqualTo("caught up");
        assertThat(told.messages).isEmpty();
    }

    @Test
    void aHoleIsFetchedAndLiveMessagesOfOtherConversationsAreNotHeldBack() throws Exception {
        connected(device());
        Peer peer = gateway.peer();
        assertThat(told.event()).isEqualTo("caught up");
        deliver(peer, server.store("group:g", "1"));
        server.store("group:g", "2");
        deliver(peer, server.store("group:g", "3"));
        deliver(peer, server.store("group:h", "1"));

        assertThat(told.next(2)).containsExactly("group:g/1", "group:h/1");
        assertThat(told.next(2)).containsExactly("group:g/2", "group:g/3");
        assertThat(server.syncs())
                .singleElement()
                .satisfies(sync -> assertThat(sync.getAfterSeq()).isEqualTo(1));
    }

    @Test
    void whatOnlyOvertookAnotherIsPutInOrderAndDuplicatesAreDropped() throws Exception {
        connected(device());
        Peer peer = gateway.peer();
        assertThat(told.event()).isEqualTo("caught up");
        MessageDelivery one = server.store("group:g", "1");
        MessageDelivery two = server.store("group:g", "2");
        deliver(peer, two);
        deliver(peer, one);
        deliver(peer, one);
        deliver(peer, two);
        deliver(peer, server.store("group:g", "3"));
        assertThat(told.next(3)).isEqualTo(numbers("group:g", 1, 3));
        server.store("group:h", "1");
        deliver(peer, server.store("group:h", "2"));
        assertThat(told.next(2)).isEqualTo(numbers("group:h", 1, 2));
        assertThat(told.messages).isEmpty();
        assertThat(server.syncs())
                .singleElement()
                .satisfies(sync -> assertThat(sync.getConversationId()).isEqualTo("group:h"));
    }

    @Test
    void aGapOfKnownSizeIsFetchedAndOneOfUnknownSizeIsLookedForEverywhere() throws Exception {
        connected(device());
        Peer peer = gateway.peer();
        assertThat(told.event()).isEqualTo("caught up");
        server.storeMany("group:g", 3);
        peer.send(ServerFrame.newBuilder()
                .setGap(Gap.newBuilder()
                        .setConversationId("group:g")
                        .setFromSeq(1)
                        .setToSeq(3))
                .build());
        assertThat(told.next(3)).isEqualTo(numbers("group:g", 1, 3));
        server.storeMany("group:h", 2);
        peer.send(
                ServerFrame.newBuilder().setGap(Gap.newBuilder().setDropped(2)).build());
        assertThat(told.next(2)).isEqualTo(numbers("group:h", 1, 2));
    }

    @Test
    void whatIsGoneIsNoHole() throws Exception {
        server.storeMany("group:g", 30);
        server.beginsAt("group:g", 21);
        connected(device());
        assertThat(told.next(10)).isEqualTo(numbers("group:g", 21, 30));
        assertThat(told.event()).isEqualTo("caught up");
        assertThat(store.completeTo("group:g")).isEqualTo(30);
    }

    @Test
    void ofAConversationNotKnownTheNewestComeAndTheRestIsHistory() throws Exception {
        server.storeMany("group:g", 100);
        MicsClient client = connected(device().newestMessages(10));
        assertThat(told.next(10)).isEqualTo(numbers("group:g", 91, 100));
        assertThat(told.event()).isEqualTo("caught up");
        assertThat(client.conversations().history("group:g", 91, 5).stream().map(Message::seq))
                .containsExactly(86L, 87L, 88L, 89L, 90L);
        for (long beyond : new long[] {101, 103, 151, 200, Long.MAX_VALUE}) {
            assertThat(client.conversations().history("group:g", beyond, 5).stream()
                            .map(Message::seq))
                    .as("before %d", beyond)
                    .containsExactly(96L, 97L, 98L, 99L, 100L);
        }
        var page = client.conversations().list("", 50);
        assertThat(page.conversations().stream().map(ConversationSummary::lastSeq))
                .containsExactly(100L);
        assertThat(told.messages).isEmpty();
    }

    @Test
    void whatWasEditedOrRecalledMeanwhileIsNoticed() throws Exception {
        MessageDelivery one = server.store("group:g", "one");
        MessageDelivery two = server.store("group:g", "two");
        connected(device());
        told.next(2);
        assertThat(told.event()).isEqualTo("caught up");
        server.replace(one.toBuilder()
                .setMessage(one.getMessage().toBuilder().setMsgBody(ByteString.copyFromUtf8("uno")))
                .setVersion(1)
                .build());
        server.replace(two.toBuilder()
                .setMessage(two.getMessage().toBuilder().clearMsgBody())
                .setRecalledAtMs(9)
                .build());
        gateway.peer().drop();
        assertThat(List.of(told.event(), told.event(), told.event()))
                .containsExactly("edited 1 uno 1", "recalled 2 ", "caught up");
        assertThat(store.get("group:g", 1).orElseThrow().text()).isEqualTo("uno");
        assertThat(store.get("group:g", 2).orElseThrow().isRecalled()).isTrue();
    }

    @Test
    void ownMessagesStandInTheConversationToo() throws Exception {
        server.store("group:g", "1");
        MicsClient client = connected(device());
        told.next(1);
        assertThat(client.conversations().sendText("group:g", "mine").await()).isInstanceOf(SendResult.Stored.class);
        deliver(gateway.peer(), server.store("group:g", "3"));
        assertThat(told.next(2)).isEqualTo(numbers("group:g", 2, 3));
        assertThat(server.syncs().stream().map(SyncRequest::getAfterSeq)).containsExactly(0L);
    }

    @Test
    void aConversationIsAskedForAgainWhenItLacksMessagesASecondTime() throws Exception {
        connected(device());
        Peer peer = gateway.peer();
        assertThat(told.event()).isEqualTo("caught up");
        for (int i = 1; i <= 5; i += 2) {
            server.store("group:g", "held back");
            deliver(peer, server.store("group:g", "delivered"));
            assertThat(told.next(2)).isEqualTo(numbers("group:g", i, i + 1));
        }
        assertThat(server.syncs()).hasSize(3);
    }

    @Test
    void aConversationThatIsNotThereAnyMoreIsNotAskedForAgain() throws Exception {
        connected(device());
        Peer peer = gateway.peer();
        assertThat(told.event()).isEqualTo("caught up");
        deliver(
                peer,
                new FakeConversations()
                        .store("group:h", "1").toBuilder().setSeq(7).build());
        deliver(peer, server.store("group:g", "1"));
        assertThat(told.next(1)).containsExactly("group:g/1");
        while (!peer.request().hasSync()) {
            assertThat(server.syncs()).hasSizeLessThan(2);
        }
        deliver(peer, server.store("group:g", "2"));
        assertThat(told.next(1)).containsExactly("group:g/2");
        assertThat(server.syncs()).hasSize(1);
    }
}
