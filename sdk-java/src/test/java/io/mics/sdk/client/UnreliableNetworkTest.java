package io.mics.sdk.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.proto.message.v1.MessageDelivery;
import io.mics.proto.message.v1.ServerFrame;
import io.mics.sdk.conversation.InMemoryMessageStore;
import io.mics.sdk.conversation.SendResult;
import io.mics.sdk.conversation.Sending;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Deliveries are lost, repeated and overtaken, connections break: each message is shown once, and in order. */
class UnreliableNetworkTest extends ClientHarness {
    private static final List<String> CONVERSATIONS = List.of("group:a", "group:b", "single:u1:u2");

    private final ConversationRecorder told = new ConversationRecorder();
    private final FakeConversations server = new FakeConversations();
    private final AtomicReference<Peer> connected = new AtomicReference<>();
    private final Map<String, Integer> stored = new HashMap<>();

    private void deliver(MessageDelivery message) {
        try {
            connected.get().send(ServerFrame.newBuilder().setDelivery(message).build());
        } catch (UncheckedIOException ended) {
            assertThat(message.getSeq()).as("lost with its connection").isPositive();
        }
    }

    /** Some messages of others, as a bad network brings them. */
    private void others(Random random) {
        List<MessageDelivery> batch = new ArrayList<>();
        for (int i = random.nextInt(8); i >= 0; i--) {
            String conversation = CONVERSATIONS.get(random.nextInt(CONVERSATIONS.size()));
            MessageDelivery message = server.store(conversation, "x");
            stored.merge(conversation, 1, Integer::sum);
            for (int copies = random.nextInt(4) - 1; copies >= 0; copies--) {
                batch.add(random.nextInt(batch.size() + 1), message);
            }
        }
        batch.forEach(this::deliver);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void eachMessageIsShownOnceAndInOrder(long seed) throws Exception {
        Random random = new Random(seed);
        gateway.greetAll(peer -> {
            connected.set(peer);
            server.serve(peer);
        });
        MicsClient client =
                connected(quickToNoticeAnEnd().conversations(told).messageStore(new InMemoryMessageStore(50)));
        List<Sending> own = new ArrayList<>();
        for (int round = 0; round < 60; round++) {
            others(random);
            if (random.nextBoolean()) {
                String conversation = CONVERSATIONS.get(random.nextInt(CONVERSATIONS.size()));
                own.add(client.conversations().sendText(conversation, "mine"));
                stored.merge(conversation, 1, Integer::sum);
            }
            if (random.nextInt(10) == 0) {
                connected.get().drop();
                recorder.await(ConnectionState.Reconnecting.class);
                others(random);
                recorder.await(ConnectionState.Connected.class);
            }
        }
        for (Sending each : own) {
            assertThat(each.awaitStored(Duration.ofSeconds(60))).isInstanceOf(SendResult.Stored.class);
        }
        connected.get().drop(); // whatever the network has lost at the end is found by the next catch-up

        Map<String, Integer> shown = new HashMap<>();
        for (int all = stored.values().stream().mapToInt(Integer::intValue).sum(); all > 0; all--) {
            var message = told.message();
            assertThat(message.seq())
                    .as("seed %d, %s", seed, message.conversation())
                    .isEqualTo((long) shown.merge(message.conversation(), 1, Integer::sum));
        }
        assertThat(shown).isEqualTo(stored);
        assertThat(told.messages).isEmpty();
    }
}
