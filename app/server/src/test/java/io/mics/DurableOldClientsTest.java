package io.mics;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.mics.proto.message.v1.ClientFrame;
import io.mics.proto.message.v1.ListConversations;
import io.mics.proto.message.v1.MessageDelivery;
import io.mics.proto.message.v1.SendMessage;
import io.mics.proto.message.v1.ServerFrame;
import io.mics.testing.Await;
import io.mics.testing.RawClient;
import io.mics.testing.node.TestGateway;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Clients that never ask what they missed get it when they return. */
@Tag("engine")
@Timeout(180)
class DurableOldClientsTest {
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
                "playground: {groups: {g: [u1, u2, u3]}}\n"
                        + "store: {folder: '" + folder + "'}\n"
                        + "defaults: {messages: durable, durable: {world-senders: [u1]},"
                        + " hooks: {timeout: 20s, auth-timeout: 20s}}");
    }

    private static ClientFrame message(String conversation, String name) {
        return ClientFrame.newBuilder()
                .setSend(SendMessage.newBuilder()
                        .setClientMsgId(name)
                        .setConversationId(conversation)
                        .setContentType("text")
                        .setBody(ByteString.copyFromUtf8(name)))
                .build();
    }

    private static void send(RawClient client, String conversation, String name) throws IOException {
        long before = System.currentTimeMillis();
        while (System.currentTimeMillis() == before) { // messages are told apart by the millisecond
            Thread.onSpinWait();
        }
        client.send(message(conversation, name));
        ServerFrame answer = client.readProtobuf();
        assertThat(answer.hasAck()).as("%s", answer).isTrue();
        assertThat(answer.getAck().getReason()).isEmpty();
    }

    private static MessageDelivery read(RawClient client) throws IOException {
        return client.readProtobuf().getDelivery();
    }

    private static List<String> bodies(RawClient client, int count) throws IOException {
        List<String> bodies = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            bodies.add(read(client).getMessage().getMsgBody().toStringUtf8());
        }
        return bodies;
    }

    /** Connects, and has ended completely: what it was given is noted. */
    private void visit(String user, String device) throws IOException {
        gateway.connect(user, device).close();
        awaitAlone(0);
    }

    private void awaitAlone(int others) {
        Await.until("the session has ended", () -> gateway.metric("mics_ws_connections") == others);
    }

    /** Nothing was pushed: the answer to a message of its own is the first thing that comes. */
    private static void assertNothingWaits(RawClient client, String user) throws IOException {
        send(client, "single:" + user + ":u9", "nothing-" + System.nanoTime());
    }

    @Test
    void whoWasAwayGetsEverythingOldestFirstThenWhatIsLiveAndNothingAgain() throws IOException {
        visit("u2", "old");
        try (RawClient one = gateway.connect("u1", "d1");
                RawClient other = gateway.connect("u2", "d0");
                RawClient three = gateway.connect("u3", "d1")) {
            send(one, OF_TWO, "a1");
            send(three, "single:u2:u3", "b1");
            send(one, "group:g", "c1");
            assertThat(read(three).getSeq()).isEqualTo(1);
            send(one, OF_TWO, "a2");
            send(one, "world", "w1");
            assertThat(read(three).getConversationId()).isEqualTo("world");
            send(three, "single:u2:u3", "b2");
            assertThat(bodies(other, 6)).as("what is live is through").contains("b2");
            try (RawClient two = gateway.connect("u2", "old")) {
                assertThat(bodies(two, 6)).containsExactly("a1", "b1", "c1", "a2", "w1", "b2");
                send(one, OF_TWO, "a3");
                MessageDelivery live = read(two);
                assertThat(live.getMessage().getMsgBody().toStringUtf8()).isEqualTo("a3");
                assertThat(live.getSeq()).isEqualTo(3);
                two.sendTo("u1", "mine", "from the old one");
                assertThat(two.readAck().getReason()).isEmpty();
                assertThat(read(one).getSeq()).isEqualTo(4);
                send(one, OF_TWO, "a5");
                assertThat(bodies(two, 1)).containsExactly("a5");
            }
            awaitAlone(3);
            try (RawClient two = gateway.connect("u2", "old")) {
                assertNothingWaits(two, "u2");
            }
        }
    }

    @Test
    void aDeviceThatIsNewHasMissedNothing() throws IOException {
        try (RawClient one = gateway.connect("u1", "d1");
                RawClient other = gateway.connect("u2", "d0")) {
            send(one, OF_TWO, "before");
            assertThat(bodies(other, 1)).containsExactly("before");
            try (RawClient two = gateway.connect("u2", "new")) {
                assertNothingWaits(two, "u2");
                send(one, OF_TWO, "after");
                assertThat(bodies(two, 1)).containsExactly("after");
            }
        }
    }

    @Test
    void whatNoSocketTookIsGivenOnTheNextNode() throws IOException {
        visit("u2", "old");
        try (RawClient one = gateway.connect("u1", "d1")) {
            for (int i = 1; i <= 20; i++) {
                send(one, OF_TWO, "m" + i);
            }
            gateway.connect("u2", "old").vanish();
        }
        gateway.close();
        gateway = durable(folder);
        try (RawClient one = gateway.connect("u1", "d1");
                RawClient two = gateway.connect("u2", "old")) {
            send(one, OF_TWO, "live");
            List<Long> seqs = new ArrayList<>();
            do {
                seqs.add(read(two).getSeq());
            } while (seqs.getLast() < 21);
            // the socket may have taken some before it was gone
            long first = seqs.getFirst();
            assertThat(seqs)
                    .containsExactlyElementsOf(
                            LongStream.rangeClosed(first, 21).boxed().toList());
        }
    }

    @Test
    void ofVeryManyTheOldestThousandComeAndTheRestTheNextTime() throws IOException {
        visit("u2", "old");
        int count = 1_250;
        try (RawClient one = gateway.connect("u1", "d1");
                RawClient other = gateway.connect("u2", "d0")) {
            Thread sender = Thread.ofVirtual().start(() -> {
                try {
                    for (int i = 1; i <= count; i++) {
                        one.send(message(OF_TWO, "m" + i));
                    }
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            for (int i = 0; i < count; i++) {
                assertThat(one.readAck().getReason()).isEmpty();
            }
            assertThat(sender.isAlive()).isFalse();
            assertThat(bodies(other, count)).as("what is live is through").endsWith("m" + count);
            try (RawClient two = gateway.connect("u2", "old")) {
                assertThat(bodies(two, 1_000))
                        .containsExactlyElementsOf(IntStream.rangeClosed(1, 1_000)
                                .mapToObj(i -> "m" + i)
                                .toList());
                assertNothingWaits(two, "u2");
            }
            awaitAlone(2);
            try (RawClient two = gateway.connect("u2", "old")) {
                assertThat(bodies(two, 250))
                        .containsExactlyElementsOf(IntStream.rangeClosed(1_001, count)
                                .mapToObj(i -> "m" + i)
                                .toList());
            }
        }
    }

    @Test
    void nothingIsPushedToClientsThatAskThemselves() throws IOException {
        visit("u2", "old");
        try (RawClient one = gateway.connect("u1", "d1");
                RawClient other = gateway.connect("u2", "d0")) {
            send(one, OF_TWO, "m1");
            assertThat(bodies(other, 1)).as("what is live is through").containsExactly("m1");
            try (RawClient two = RawClient.upgraded(
                    gateway.port(), RawClient.query(TestGateway.TENANT, "valid:u2", "old") + "&catchup=sync")) {
                assertThat(two.readProtobuf().hasConnectAck()).isTrue();
                assertNothingWaits(two, "u2");
                assertThat(read(other).getConversationId()).isEqualTo("single:u2:u9");
            }
            try (RawClient two = gateway.connect("u2", "asks")) {
                two.send(ClientFrame.newBuilder()
                        .setConversations(ListConversations.getDefaultInstance())
                        .build());
                assertThat(two.readProtobuf().getConversations().getConversationsList())
                        .isNotEmpty();
            }
            awaitAlone(2);
            send(one, OF_TWO, "m2");
            assertThat(bodies(other, 1)).containsExactly("m2");
            try (RawClient two = gateway.connect("u2", "asks")) {
                assertNothingWaits(two, "u2");
                assertThat(read(other).getConversationId()).isEqualTo("single:u2:u9");
            }
            awaitAlone(2);
            try (RawClient two = gateway.connect("u2", "old")) {
                assertThat(bodies(two, 3)).as("but for what it sent itself").startsWith("m1", "m2");
            }
        }
    }

    @Test
    void clientsThatSpeakJsonGetItToo() throws IOException {
        visit("u2", "old");
        try (RawClient one = gateway.connect("u1", "d1")) {
            send(one, OF_TWO, "m1");
            try (RawClient two = RawClient.upgraded(
                    gateway.port(), RawClient.query(TestGateway.TENANT, "valid:u2", "old") + "&protocol=json")) {
                assertThat(two.read().text()).contains("\"type\":\"connected\"");
                assertThat(two.read().text()).contains("\"type\":\"new-message\"", "\"content\":\"m1\"");
            }
        }
    }
}
