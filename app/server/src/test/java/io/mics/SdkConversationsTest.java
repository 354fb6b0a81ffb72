package io.mics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.mics.sdk.client.MicsClient;
import io.mics.sdk.conversation.ConversationListener;
import io.mics.sdk.conversation.Conversations;
import io.mics.sdk.conversation.InMemoryMessageStore;
import io.mics.sdk.conversation.Message;
import io.mics.sdk.conversation.MessageStore;
import io.mics.sdk.conversation.RequestFailed;
import io.mics.sdk.conversation.SendResult;
import io.mics.sdk.conversation.Sending;
import io.mics.testing.node.TestGateway;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The Java client against a real node. */
@Tag("engine")
@Timeout(180)
class SdkConversationsTest {
    private static final String OF_TWO = "single:u1:u2";

    @TempDir
    private Path folder;

    private TestGateway gateway;
    private final List<MicsClient> clients = new ArrayList<>();

    @BeforeEach
    void start() {
        gateway = TestGateway.start(
                "",
                "playground: {groups: {g: [u1, u2]}}\n"
                        + "store: {folder: '" + folder + "'}\n"
                        + "defaults: {messages: durable, hooks: {timeout: 20s, auth-timeout: 20s}}");
    }

    @AfterEach
    void stop() {
        clients.forEach(MicsClient::close);
        gateway.close();
    }

    /** What a device shows. */
    private static final class Screen implements ConversationListener {
        final BlockingQueue<Message> messages = new LinkedBlockingQueue<>();
        final BlockingQueue<String> events = new LinkedBlockingQueue<>();

        @Override
        public void onMessage(Message message) {
            messages.add(message);
        }

        @Override
        public void onRecalled(String conversation, long seq, long messageId, String operator) {
            events.add("recalled " + seq);
        }

        @Override
        public void onEdited(String conversation, long seq, long messageId, ByteString body, int version) {
            events.add("edited " + seq + " " + body.toStringUtf8());
        }

        @Override
        public void onRead(String conversation, String user, long seq) {
            events.add("read " + user + " " + seq);
        }

        @Override
        public void onTyping(String conversation, String user) {
            events.add("typing " + user);
        }

        @Override
        public void onCaughtUp() {
            events.add("caught up");
        }

        @Override
        public void onRefused(String what, String conversation, int code, String reason) {
            events.add("refused " + what + " " + code);
        }

        Message message() throws InterruptedException {
            return next(messages);
        }

        /** The next event that is not a catch-up. */
        String event() throws InterruptedException {
            for (String event = next(events); ; event = next(events)) {
                if (!event.equals("caught up")) {
                    return event;
                }
            }
        }

        void awaitCaughtUp() throws InterruptedException {
            assertThat(next(events)).isEqualTo("caught up");
        }

        private static <T> T next(BlockingQueue<T> queue) throws InterruptedException {
            T next = queue.poll(60, TimeUnit.SECONDS);
            if (next == null) {
                throw new AssertionError("nothing within 60 s");
            }
            return next;
        }
    }

    private MicsClient connect(String user, Screen screen, MessageStore store) throws Exception {
        MicsClient client = MicsClient.builder()
                .url("ws://127.0.0.1:" + gateway.port() + "/ws")
                .tenantId(TestGateway.TENANT)
                .deviceId("d1")
                .token("valid:" + user)
                .conversations(screen)
                .messageStore(store)
                .build();
        clients.add(client);
        client.connect();
        return client;
    }

    private static void sendMany(Conversations from, String conversation, int first, int last) throws Exception {
        List<Sending> sendings = IntStream.rangeClosed(first, last)
                .mapToObj(i -> from.sendText(conversation, "body " + i))
                .toList();
        for (Sending sending : sendings) {
            assertThat(sending.awaitStored(Duration.ofSeconds(60))).isInstanceOf(SendResult.Stored.class);
        }
    }

    @Test
    void whoWasAwayForAHundredMessagesHasThemAllOnceAndInOrder() throws Exception {
        Screen one = new Screen();
        Screen two = new Screen();
        MessageStore store = new InMemoryMessageStore();
        Conversations sender = connect("u1", one, new InMemoryMessageStore()).conversations();
        MicsClient away = connect("u2", two, store);
        two.awaitCaughtUp();
        sendMany(sender, OF_TWO, 1, 5);
        for (int i = 1; i <= 5; i++) {
            assertThat(two.message().text()).isEqualTo("body " + i);
        }

        away.close();
        sendMany(sender, OF_TWO, 6, 105);
        sendMany(sender, "group:g", 1, 20);
        connect("u2", two, store);
        sendMany(sender, OF_TWO, 106, 110);

        List<Message> shown = new ArrayList<>();
        while (shown.size() < 125) {
            shown.add(two.message());
        }
        two.awaitCaughtUp();
        assertThat(two.messages).isEmpty();
        assertThat(shown.stream().filter(each -> each.conversation().equals(OF_TWO)))
                .extracting(Message::text)
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(6, 110).mapToObj(i -> "body " + i).toList());
        assertThat(shown.stream().filter(each -> each.conversation().equals("group:g")))
                .extracting(Message::seq)
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, 20).mapToObj(i -> (long) i).toList());
        assertThat(store.completeTo(OF_TWO)).isEqualTo(110);
        // the sender's own stand in its conversation as they do in the other's
        for (int i = 1; i <= 105; i++) {
            assertThat(one.message().seq()).isEqualTo(i);
        }
    }

    @Test
    void changesReachTheOtherDevice() throws Exception {
        Screen one = new Screen();
        Screen two = new Screen();
        Conversations sender = connect("u1", one, new InMemoryMessageStore()).conversations();
        Conversations reader = connect("u2", two, new InMemoryMessageStore()).conversations();
        SendResult.Stored first =
                (SendResult.Stored) sender.sendText(OF_TWO, "typo").awaitStored(Duration.ofSeconds(60));
        SendResult.Stored second =
                (SendResult.Stored) sender.sendText(OF_TWO, "regret").awaitStored(Duration.ofSeconds(60));
        assertThat(List.of(two.message().text(), two.message().text())).containsExactly("typo", "regret");

        sender.edit(OF_TWO, first.messageId(), ByteString.copyFromUtf8("better"));
        sender.recall(OF_TWO, second.messageId());
        assertThat(sender.typing(OF_TWO)).isTrue();
        assertThat(List.of(two.event(), two.event(), two.event()))
                .containsExactly("edited 1 better", "recalled 2", "typing u1");
        assertThatThrownBy(() -> reader.recall(OF_TWO, first.messageId()))
                .isInstanceOfSatisfying(
                        RequestFailed.class, failed -> assertThat(failed.code()).isEqualTo(4403));

        assertThat(reader.markRead(OF_TWO, 2)).isTrue();
        assertThat(List.of(one.event(), one.event(), one.event()))
                .containsExactly("edited 1 better", "recalled 2", "read u2 2");
        assertThat(reader.list("", 10).conversations()).singleElement().satisfies(listed -> {
            assertThat(listed.unread()).isZero();
            assertThat(listed.lastSeq()).isEqualTo(2);
        });
        assertThat(reader.history(OF_TWO, 3, 10)).extracting(Message::text).containsExactly("better", "");

        assertThat(reader.hide(OF_TWO, List.of(1L))).isTrue();
        assertThat(reader.history(OF_TWO, 3, 10)).extracting(Message::seq).containsExactly(2L);
        assertThat(reader.clear(OF_TWO, 2)).isTrue();
        assertThat(reader.history(OF_TWO, 3, 10)).isEmpty();
    }

    @Test
    void aConversationOfOthersIsNotThere() throws Exception {
        Screen screen = new Screen();
        Conversations outsider =
                connect("u9", screen, new InMemoryMessageStore()).conversations();
        assertThat(outsider.sendText("group:g", "let me in").await())
                .isInstanceOfSatisfying(
                        SendResult.Refused.class,
                        refused -> assertThat(refused.reason()).isEqualTo("conversation not found"));
        assertThatThrownBy(() -> outsider.history("group:g", 10, 10))
                .isInstanceOfSatisfying(
                        RequestFailed.class, failed -> assertThat(failed.code()).isEqualTo(4404));
        assertThat(outsider.markRead("group:g", 1)).isTrue();
        assertThat(screen.event()).isEqualTo("refused mark_read 4404");
    }
}
