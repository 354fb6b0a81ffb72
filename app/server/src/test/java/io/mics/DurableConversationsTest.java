package io.mics;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.mics.proto.message.v1.AckLevel;
import io.mics.proto.message.v1.AckStatus;
import io.mics.proto.message.v1.ClientFrame;
import io.mics.proto.message.v1.Conversation;
import io.mics.proto.message.v1.Edit;
import io.mics.proto.message.v1.Hide;
import io.mics.proto.message.v1.ListConversations;
import io.mics.proto.message.v1.MarkRead;
import io.mics.proto.message.v1.MessageAck;
import io.mics.proto.message.v1.MessageDelivery;
import io.mics.proto.message.v1.Recall;
import io.mics.proto.message.v1.SendMessage;
import io.mics.proto.message.v1.ServerFrame;
import io.mics.proto.message.v1.SyncRequest;
import io.mics.proto.message.v1.SyncResult;
import io.mics.proto.message.v1.Typing;
import io.mics.testing.RawClient;
import io.mics.testing.node.TestGateway;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Tag("engine")
@Timeout(180)
class DurableConversationsTest {
    private static final String OF_TWO = "single:u1:u2";

    @TempDir
    private Path folder;

    private TestGateway gateway;

    @BeforeEach
    void start() {
        gateway = durable(folder);
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    private static TestGateway durable(Path folder) {
        return TestGateway.start(
                "",
                "playground: {groups: {g: [u1, u2, u3], empty: []}}\n"
                        + "store: {folder: '" + folder + "'}\n"
                        + "defaults: {messages: durable, hooks: {timeout: 20s, auth-timeout: 20s}}");
    }

    private static ClientFrame send(String conversation, String name, String body) {
        return ClientFrame.newBuilder()
                .setSend(SendMessage.newBuilder()
                        .setClientMsgId(name)
                        .setConversationId(conversation)
                        .setContentType("text")
                        .setBody(ByteString.copyFromUtf8(body)))
                .build();
    }

    private static ClientFrame sync(String conversation, long after, int limit) {
        return ClientFrame.newBuilder()
                .setSync(SyncRequest.newBuilder()
                        .setConversationId(conversation)
                        .setAfterSeq(after)
                        .setLimit(limit)
                        .setRequestId("r1"))
                .build();
    }

    private static MessageAck sent(RawClient client, String conversation, String name, String body) throws IOException {
        client.send(send(conversation, name, body));
        MessageAck ack = client.readProtobuf().getAck();
        assertThat(ack.getStatus()).isEqualTo(AckStatus.SENT);
        assertThat(ack.getMsgId()).isEqualTo(name);
        return ack;
    }

    private static SyncResult synced(RawClient client, String conversation, long after, int limit) throws IOException {
        client.send(sync(conversation, after, limit));
        ServerFrame answer = client.readProtobuf();
        assertThat(answer.hasSyncResult()).as("%s", answer).isTrue();
        return answer.getSyncResult();
    }

    private static List<Conversation> listed(RawClient client) throws IOException {
        client.send(ClientFrame.newBuilder()
                .setConversations(ListConversations.getDefaultInstance())
                .build());
        return client.readProtobuf().getConversations().getConversationsList();
    }

    private static String body(MessageDelivery delivery) {
        return delivery.getMessage().getMsgBody().toStringUtf8();
    }

    @Test
    void numbersStoresAndDelivers() throws IOException {
        try (RawClient one = gateway.connect("u1", "d1");
                RawClient oneToo = gateway.connect("u1", "d2");
                RawClient two = gateway.connect("u2", "d1")) {
            MessageAck ack = sent(one, "single:u2:u1", "m1", "hello");
            assertThat(ack.getSeq()).isEqualTo(1);
            assertThat(ack.getMessageId()).isPositive();
            assertThat(ack.getConversationId()).isEqualTo(OF_TWO);
            assertThat(ack.getLevel()).isEqualTo(AckLevel.ACK_LEVEL_PERSISTED);

            for (RawClient other : List.of(oneToo, two)) {
                MessageDelivery delivery = other.readProtobuf().getDelivery();
                assertThat(body(delivery)).isEqualTo("hello");
                assertThat(delivery.getSeq()).isEqualTo(1);
                assertThat(delivery.getMessageId()).isEqualTo(ack.getMessageId());
                assertThat(delivery.getConversationId()).isEqualTo(OF_TWO);
                assertThat(delivery.getContentType()).isEqualTo("text");
            }
            // the device that sent it gets no delivery: the next thing it hears is its next acknowledgement
            assertThat(sent(one, OF_TWO, "m2", "again").getSeq()).isEqualTo(2);
        }
    }

    @Test
    void whoWasAwayFindsEverythingAndUnreadIsExact() throws IOException {
        try (RawClient one = gateway.connect("u1", "d1")) {
            for (int i = 1; i <= 30; i++) {
                sent(one, OF_TWO, "m" + i, "body " + i);
            }
        }
        try (RawClient two = gateway.connect("u2", "d1")) {
            Conversation listed = listed(two).getFirst();
            assertThat(listed.getConversationId()).isEqualTo(OF_TWO);
            assertThat(listed.getUnread()).isEqualTo(30);
            assertThat(listed.getLastSeq()).isEqualTo(30);
            assertThat(body(listed.getLastMessage())).isEqualTo("body 30");

            SyncResult first = synced(two, OF_TWO, 0, 20);
            SyncResult second = synced(two, OF_TWO, 20, 20);
            assertThat(first.getHasMore()).isTrue();
            assertThat(second.getHasMore()).isFalse();
            assertThat(first.getRequestId()).isEqualTo("r1");
            assertThat(first.getMessagesList())
                    .extracting(MessageDelivery::getSeq)
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(1, 20).boxed().toList());
            assertThat(second.getMessagesList())
                    .extracting(DurableConversationsTest::body)
                    .containsExactlyElementsOf(IntStream.rangeClosed(21, 30)
                            .mapToObj(i -> "body " + i)
                            .toList());

            two.send(ClientFrame.newBuilder()
                    .setMarkRead(MarkRead.newBuilder().setConversationId(OF_TWO).setSeq(25))
                    .build());
            assertThat(two.readProtobuf().getConversationUpdate().getUnread()).isEqualTo(5);
            assertThat(listed(two).getFirst().getReadSeq()).isEqualTo(25);
        }
    }

    @Test
    void survivesARestart() throws IOException {
        try (RawClient one = gateway.connect("u1", "d1")) {
            sent(one, OF_TWO, "m1", "before");
        }
        gateway.close();
        gateway = durable(folder);
        try (RawClient one = gateway.connect("u1", "d1")) {
            assertThat(sent(one, OF_TWO, "m2", "after").getSeq()).isEqualTo(2);
            MessageAck again = sent(one, OF_TWO, "m1", "before");
            assertThat(again.getSeq()).isEqualTo(1);
            assertThat(again.getReason()).isEqualTo("duplicate");
        }
    }

    @Test
    void acknowledgesPipelinedMessagesInTheirOrder() throws IOException {
        try (RawClient one = gateway.connect("u1", "d1")) {
            int count = 500;
            Thread.ofVirtual().start(() -> {
                try {
                    for (int i = 0; i < count; i++) {
                        one.send(send(OF_TWO, "m" + i, "x"));
                    }
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            for (int i = 0; i < count; i++) {
                MessageAck ack = one.readProtobuf().getAck();
                assertThat(ack.getMsgId()).isEqualTo("m" + i);
                assertThat(ack.getSeq()).isEqualTo(i + 1);
            }
        }
    }

    @Test
    void whoIsNoMemberGetsOneAnswerWhetherItExistsOrNot() throws IOException {
        try (RawClient one = gateway.connect("u1", "d1");
                RawClient stranger = gateway.connect("u9", "d1")) {
            sent(one, OF_TWO, "m1", "secret");
            sent(one, "group:g", "m1", "secret");
            for (String hidden : List.of(OF_TWO, "single:a:b", "group:g", "group:none", "group:empty")) {
                stranger.send(send(hidden, "x", "let me in"));
                MessageAck refused = stranger.readProtobuf().getAck();
                assertThat(refused.getStatus()).isEqualTo(AckStatus.FAILED);
                assertThat(refused.getReason()).isEqualTo("conversation not found");
                stranger.send(sync(hidden, 0, 0));
                ServerFrame answer = stranger.readProtobuf();
                assertThat(answer.getError().getCode()).isEqualTo(4404);
                assertThat(answer.getError().getMessage()).isEqualTo("conversation not found");
                assertThat(answer.getError().getRequestId()).isEqualTo("r1");
            }
            stranger.send(send("world", "x", "to all"));
            assertThat(stranger.readProtobuf().getAck().getReason()).isEqualTo("conversation not found");
            stranger.send(send("nonsense", "x", "?"));
            assertThat(stranger.readProtobuf().getAck().getReason()).isEqualTo("invalid conversation_id");
            assertThat(listed(stranger)).isEmpty();
        }
    }

    @Test
    void groupsGetTheirMessagesAndTheAbsentFindThem() throws IOException {
        try (RawClient one = gateway.connect("u1", "d1");
                RawClient two = gateway.connect("u2", "d1")) {
            sent(one, "group:g", "m1", "to all of us");
            assertThat(body(two.readProtobuf().getDelivery())).isEqualTo("to all of us");
        }
        try (RawClient three = gateway.connect("u3", "d1")) {
            assertThat(listed(three).getFirst().getUnread()).isEqualTo(1);
            assertThat(synced(three, "group:g", 0, 0).getMessagesList())
                    .extracting(DurableConversationsTest::body)
                    .containsExactly("to all of us");
        }
    }

    @Test
    void recallsAndEditsForEverybody() throws IOException {
        try (RawClient one = gateway.connect("u1", "d1");
                RawClient two = gateway.connect("u2", "d1")) {
            MessageAck first = sent(one, OF_TWO, "m1", "typo");
            MessageAck second = sent(one, OF_TWO, "m2", "regret");
            two.readProtobuf();
            two.readProtobuf();

            one.send(ClientFrame.newBuilder()
                    .setEdit(Edit.newBuilder()
                            .setConversationId(OF_TWO)
                            .setMessageId(first.getMessageId())
                            .setBody(ByteString.copyFromUtf8("better")))
                    .build());
            assertThat(one.readProtobuf().getEdited().getVersion()).isEqualTo(1);
            assertThat(two.readProtobuf().getEdited().getBody().toStringUtf8()).isEqualTo("better");

            one.send(ClientFrame.newBuilder()
                    .setRecall(Recall.newBuilder().setMessageId(second.getMessageId()))
                    .build());
            assertThat(one.readProtobuf().getRecalled().getSeq()).isEqualTo(2);
            assertThat(two.readProtobuf().getRecalled().getMessageId()).isEqualTo(second.getMessageId());

            two.send(ClientFrame.newBuilder()
                    .setRecall(Recall.newBuilder().setMessageId(first.getMessageId()))
                    .build());
            assertThat(two.readProtobuf().getError().getCode()).isEqualTo(4403);

            SyncResult page = synced(two, OF_TWO, 0, 0);
            assertThat(body(page.getMessages(0))).isEqualTo("better");
            assertThat(page.getMessages(0).getVersion()).isEqualTo(1);
            assertThat(body(page.getMessages(1))).isEmpty();
            assertThat(page.getMessages(1).getRecalledAtMs()).isPositive();
        }
    }

    @Test
    void theRefusalOfARecallOrAnEditNamesItsRequest() throws IOException {
        try (RawClient one = gateway.connect("u1", "d1");
                RawClient two = gateway.connect("u2", "d1")) {
            long id = sent(one, OF_TWO, "m1", "mine").getMessageId();
            two.readProtobuf();
            Recall.Builder recall = Recall.newBuilder().setRequestId("r1");
            Edit.Builder edit = Edit.newBuilder().setRequestId("r1");
            for (ClientFrame.Builder refused : List.of(
                    ClientFrame.newBuilder().setRecall(recall),
                    ClientFrame.newBuilder().setRecall(recall.setMessageId(id)),
                    ClientFrame.newBuilder().setRecall(recall.setMessageId(id + 1)),
                    ClientFrame.newBuilder().setRecall(recall.setMsgId("m9").setConversationId(OF_TWO)),
                    ClientFrame.newBuilder().setEdit(edit),
                    ClientFrame.newBuilder().setEdit(edit.setMessageId(id)),
                    ClientFrame.newBuilder().setEdit(edit.setBody(ByteString.copyFromUtf8("x"))),
                    ClientFrame.newBuilder().setEdit(edit.setMessageId(id + 1)))) {
                two.send(refused.build());
                assertThat(two.readProtobuf().getError().getRequestId()).isEqualTo("r1");
            }
        }
    }

    @Test
    void hidesForOneselfAlone() throws IOException {
        try (RawClient one = gateway.connect("u1", "d1");
                RawClient two = gateway.connect("u2", "d1")) {
            sent(one, OF_TWO, "m1", "a");
            sent(one, OF_TWO, "m2", "b");
            two.readProtobuf();
            two.readProtobuf();
            two.send(ClientFrame.newBuilder()
                    .setHide(Hide.newBuilder().setConversationId(OF_TWO).addSeqs(1))
                    .build());
            assertThat(two.readProtobuf().hasConversationUpdate()).isTrue();
            assertThat(synced(two, OF_TWO, 0, 0).getMessagesList())
                    .extracting(DurableConversationsTest::body)
                    .containsExactly("b");
            assertThat(synced(one, OF_TWO, 0, 0).getMessagesCount()).isEqualTo(2);
        }
    }

    @Test
    void tellsThatSomebodyIsTypingOnceInAWhile() throws IOException {
        try (RawClient one = gateway.connect("u1", "d1");
                RawClient two = gateway.connect("u2", "d1")) {
            ClientFrame typing = ClientFrame.newBuilder()
                    .setTyping(Typing.newBuilder().setConversationId(OF_TWO))
                    .build();
            one.send(typing);
            one.send(typing);
            one.send(send(OF_TWO, "m1", "done"));
            assertThat(two.readProtobuf().getTyping().getUserId()).isEqualTo("u1");
            assertThat(body(two.readProtobuf().getDelivery())).isEqualTo("done");
        }
    }

    @Test
    void aNoticeOfTypingNamesAConversationOrIsDropped() throws IOException {
        try (RawClient one = gateway.connect("u1", "d1");
                RawClient two = gateway.connect("u2", "d1")) {
            for (int i = 0; i < 100; i++) {
                one.send(ClientFrame.newBuilder()
                        .setTyping(Typing.newBuilder().setConversationId("nonsense-" + i + "-".repeat(1_000)))
                        .build());
            }
            // none of them took the room of one that is right
            one.send(ClientFrame.newBuilder()
                    .setTyping(Typing.newBuilder().setConversationId("single:u2:u1"))
                    .build());
            assertThat(two.readProtobuf().getTyping().getConversationId()).isEqualTo(OF_TWO);
        }
    }

    @Test
    void refusesWhatIsWrongByName() throws IOException {
        try (RawClient one = gateway.connect("u1", "d1")) {
            one.send(send(OF_TWO, "", "x"));
            assertThat(one.readProtobuf().getAck().getReason()).isEqualTo("invalid client_msg_id");
            one.send(send(OF_TWO, "m", ""));
            assertThat(one.readProtobuf().getAck().getReason()).isEqualTo("empty body");
            one.send(sync(OF_TWO, -1, 0));
            assertThat(one.readProtobuf().getError().getMessage()).contains("afterSeq");
            one.send(sync(OF_TWO, 0, -1));
            assertThat(one.readProtobuf().getError().getMessage()).contains("limit");
            assertThat(synced(one, OF_TWO, Long.MAX_VALUE, 0).getMessagesCount())
                    .isZero();
        }
    }

    @Test
    void anOlderClientKeepsWorking() throws IOException {
        try (RawClient one = gateway.connect("u1", "d1");
                RawClient two = gateway.connect("u2", "d1")) {
            assertThat(one.sendAcked("u2", "1", "hello").getReason()).isEmpty();
            assertThat(two.readDelivery().getMsgBody().toStringUtf8()).isEqualTo("hello");
            // a resend is the same message; the next connection's 1 with another body is another
            assertThat(one.sendAcked("u2", "1", "hello").getSeq()).isEqualTo(1);
            assertThat(one.sendAcked("u2", "1", "other").getSeq()).isEqualTo(2);
            assertThat(two.readDelivery().getMsgBody().toStringUtf8()).isEqualTo("other");
            // two bodies with one hashCode() are two messages
            assertThat("Aa".hashCode()).isEqualTo("BB".hashCode());
            assertThat(one.sendAcked("u2", "1", "Aa").getSeq()).isEqualTo(3);
            assertThat(one.sendAcked("u2", "1", "BB").getSeq()).isEqualTo(4);
        }
    }
}
