package io.mics.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.conversation.ConversationLog.Outcome;
import io.mics.conversation.Conversations;
import io.mics.conversation.Reply;
import io.mics.protocol.ConversationRef;
import io.mics.protocol.StoredMessage;
import io.mics.sdk.testing.KafkaBroker;
import io.mics.store.NodePart;
import io.mics.store.StoreSettings;
import io.mics.store.engine.Store;
import io.mics.store.engine.StoreRefusedException;
import io.mics.testing.Await;
import io.mics.testing.PostgresServer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real log in front of real databases, while pipelines crash between their steps and the broker is killed. */
@Tag("engine")
class KafkaPipelineStoreTest {
    private static final Outcome ACCEPTED = new Outcome.Accepted();
    private static final int GROUPS = 8;
    private static final String TENANT = "t1";

    @TempDir
    Path folder;

    @Test
    void whatWasAcceptedIsInTheFileOnceInOrderAndDistributed()
            throws IOException, InterruptedException, StoreRefusedException {
        try (Store store =
                Store.open(new StoreSettings("", "", "", 9, folder.toString(), 10_000, 16 << 20), NodePart.fixed(0))) {
            acceptedIsStored(store);
        }
    }

    @Test
    void whatWasAcceptedIsInPostgresOnceInOrderAndDistributed()
            throws IOException, InterruptedException, StoreRefusedException {
        String url = PostgresServer.shared().newDatabase();
        try (Store store = Store.open(new StoreSettings(url, "", "", 9, "data", 10_000, 16 << 20), NodePart.fixed(3))) {
            acceptedIsStored(store);
        }
    }

    /** A pipeline that crashes after some messages: stored and not published, or published and not committed. */
    private static KafkaNode.Crash crashAfter(int messages, boolean published) {
        AtomicInteger left = new AtomicInteger(messages);
        return new KafkaNode.Crash() {
            @Override
            public boolean isPublished(StoredMessage stored) {
                return published || left.decrementAndGet() >= 0;
            }

            @Override
            public boolean isSettled(StoredMessage stored) {
                return !published || left.decrementAndGet() >= 0;
            }
        };
    }

    private static void acceptedIsStored(Store store) throws IOException, InterruptedException {
        Set<String> distributed = new HashSet<>();
        for (int i = 0; i < GROUPS; i++) {
            assertThat(store.conversations().join(TENANT, new ConversationRef.Group("g" + i), List.of("u1", "u2")))
                    .isInstanceOf(Reply.Ok.class);
        }
        try (KafkaBroker broker = KafkaBroker.running();
                KafkaNode sending = new KafkaNode(broker.bootstrapServers(), "sending")) {
            AtomicBoolean ended = new AtomicBoolean();
            AtomicInteger appended = new AtomicInteger();
            Thread sender = Thread.ofVirtual().start(() -> send(sending, ended, appended));
            for (boolean published : new boolean[] {false, true}) {
                KafkaNode node = new KafkaNode(broker.bootstrapServers(), "crashing");
                try (node) {
                    node.storing(store.writer(), crashAfter(100, published));
                    Await.until("it has crashed", () -> node.published.size() > (published ? 120 : 99));
                }
                collect(node, distributed);
            }
            try (KafkaNode node = new KafkaNode(broker.bootstrapServers(), "last")) {
                node.storing(store.writer());
                Await.until("it stores", () -> !node.distributed.isEmpty());
                broker.kill();
                TimeUnit.MILLISECONDS.sleep(500);
                broker.start();
                int before = appended.get();
                Await.until("more is accepted", () -> ACCEPTED.equals(sending.outcomes.get(TENANT + "/m" + before)));
                ended.set(true);
                sender.join();
                Await.until("all have outcomes", () -> sending.outcomes.size() == appended.get());
                List<List<String>> accepted = accepted(sending, appended.get());
                Await.until("all are stored", () -> isStored(store, accepted));
                Await.until("all are distributed", () -> {
                    collect(node, distributed);
                    return accepted.stream()
                            .flatMap(List::stream)
                            .allMatch(id -> distributed.contains(TENANT + "/" + id));
                });
            }
        }
    }

    private static void collect(KafkaNode node, Set<String> distributed) {
        node.distributed.forEach(name -> distributed.add(name.replace(" again", "")));
    }

    private static void send(KafkaNode node, AtomicBoolean ended, AtomicInteger appended) {
        try {
            while (!ended.get()) {
                int number = appended.getAndIncrement();
                node.append(TENANT, "g" + number % GROUPS, "m" + number);
                TimeUnit.MILLISECONDS.sleep(1);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static List<List<String>> accepted(KafkaNode node, int appended) {
        List<List<String>> accepted = new ArrayList<>();
        for (int group = 0; group < GROUPS; group++) {
            List<String> ids = new ArrayList<>();
            for (int i = group; i < appended; i += GROUPS) {
                if (ACCEPTED.equals(node.outcomes.get(TENANT + "/m" + i))) {
                    ids.add("m" + i);
                }
            }
            accepted.add(ids);
        }
        return accepted;
    }

    /** Whether all that was accepted is there; what is there has no gaps, no duplicates, and the senders' order. */
    private static boolean isStored(Store store, List<List<String>> accepted) {
        boolean all = true;
        for (int group = 0; group < GROUPS; group++) {
            List<StoredMessage> there = read(store, new ConversationRef.Group("g" + group));
            assertThat(there.stream().map(StoredMessage::seq).toList())
                    .isEqualTo(LongStream.rangeClosed(1, there.size()).boxed().toList());
            List<String> ids = new ArrayList<>(
                    there.stream().map(StoredMessage::clientMsgId).toList());
            assertThat(ids).doesNotHaveDuplicates();
            ids.retainAll(new HashSet<>(accepted.get(group)));
            all &= ids.size() == accepted.get(group).size();
            assertThat(ids)
                    .isEqualTo(
                            accepted.get(group).stream().filter(ids::contains).toList());
        }
        return all;
    }

    private static List<StoredMessage> read(Store store, ConversationRef conversation) {
        List<StoredMessage> all = new ArrayList<>();
        boolean more = true;
        while (more) {
            var reply =
                    store.conversations().after(new Conversations.Reader(TENANT, "u2"), conversation, all.size(), 200);
            if (!(reply instanceof Reply.Ok<Conversations.Page> page)) {
                throw new AssertionError(reply);
            }
            all.addAll(page.value().messages());
            more = page.value().hasMore();
        }
        return all;
    }
}
