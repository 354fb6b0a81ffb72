package io.mics.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.mics.conversation.ConversationLog.Outcome;
import io.mics.conversation.NewMessage;
import io.mics.event.kafka.KafkaHookHeaders;
import io.mics.observe.Metric;
import io.mics.protocol.StoredMessage;
import io.mics.sdk.testing.KafkaBroker;
import io.mics.store.MessageWriter;
import io.mics.testing.Await;
import io.mics.testing.KafkaRecords;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("engine")
class KafkaPipelineTest {
    private static final AtomicInteger TENANTS = new AtomicInteger();
    private static KafkaBroker broker;

    private final String tenant = "p" + TENANTS.incrementAndGet();
    private final Ledger ledger = new Ledger();

    @BeforeAll
    static void start() {
        broker = KafkaBroker.running();
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    private static KafkaNode node(String name) {
        return new KafkaNode(broker.bootstrapServers(), name);
    }

    private static List<String> append(KafkaNode node, String tenant, String group, int from, int to)
            throws InterruptedException {
        List<String> ids = new ArrayList<>();
        for (int i = from; i < to; i++) {
            ids.add(group + i);
            node.append(tenant, group, group + i);
        }
        Await.until(
                "all are accepted",
                () -> ids.stream().allMatch(id -> new Outcome.Accepted().equals(node.outcomes.get(tenant + "/" + id))));
        return ids;
    }

    private static List<ConsumerRecord<String, String>> read(String topic, int count) {
        try (Admin admin = broker.admin()) {
            Await.untilTrue(
                    "there is " + topic, () -> admin.listTopics().names().get().contains(topic));
        }
        return KafkaRecords.read(broker.bootstrapServers(), topic, count);
    }

    private static List<String> of(String tenant, List<String> ids) {
        return ids.stream().map(id -> tenant + "/" + id).toList();
    }

    @Test
    void whatWasAcceptedIsStoredInOrderDistributedAndPublished() throws InterruptedException {
        try (KafkaNode node = node("n1").storing(ledger)) {
            List<String> ids = append(node, tenant, "g", 0, 1_000);
            Await.until("all are distributed", () -> node.distributed.size() == 1_000);
            assertThat(ledger.of(tenant, "g")).isEqualTo(ids);
            assertThat(node.distributed).isEqualTo(of(tenant, ids));
            assertThat(read("im-mics-" + tenant + "-persisted", 1_000))
                    .allMatch(record -> record.key().equals("group:g"));
            Await.until("nothing is behind", () -> node.lag(tenant) == 0);
            assertThat(node.metrics.counter(Metric.PIPELINE_BATCHES, tenant).value())
                    .isLessThan(1_000);
        }
    }

    @Test
    void whatWasAcceptedBeforeAnythingReadTheLogIsStored() throws InterruptedException {
        List<String> ids;
        try (KafkaNode node = node("n1")) {
            ids = append(node, tenant, "g", 0, 50);
        }
        try (KafkaNode node = node("n2").storing(ledger)) {
            Await.until("all are distributed", () -> node.distributed.size() == 50);
            assertThat(ledger.of(tenant, "g")).isEqualTo(ids);
        }
    }

    @Test
    void whatWasStoredBeforeACrashIsPublishedAndDistributedByTheNext() throws InterruptedException {
        List<String> ids;
        KafkaNode.Crash stored = new KafkaNode.Crash() {
            @Override
            public boolean isPublished(StoredMessage message) {
                return false;
            }
        };
        try (KafkaNode node = node("n1").storing(ledger, stored)) {
            ids = append(node, tenant, "g", 0, 50);
            Await.until("some are stored", () -> ledger.size() > 0);
            assertThat(node.distributed).isEmpty();
        }
        try (KafkaNode node = node("n2").storing(ledger)) {
            Await.until("all are distributed", () -> node.distributed.size() == 50);
            assertThat(ledger.of(tenant, "g")).isEqualTo(ids);
            assertThat(node.distributed).contains(tenant + "/g0 again");
            assertThat(node.published).isEqualTo(node.distributed);
        }
    }

    @Test
    void whatWasStoredButNotDistributedBeforeTheEndIsDistributedByTheNext() throws InterruptedException {
        List<String> ids;
        KafkaNode.Crash undistributed = new KafkaNode.Crash() {
            @Override
            public boolean isDistributed(StoredMessage message) {
                return false;
            }
        };
        try (KafkaNode node = node("n1").storing(ledger, undistributed)) {
            ids = append(node, tenant, "g", 0, 50);
            Await.until("all are stored and published", () -> node.published.size() == 50);
            assertThat(node.distributed).isEmpty();
        }
        try (KafkaNode node = node("n2").storing(ledger)) {
            Await.until("all are distributed", () -> node.distributed.size() == 50);
            assertThat(ledger.of(tenant, "g")).isEqualTo(ids);
            assertThat(node.distributed)
                    .isEqualTo(of(tenant, ids).stream().map(id -> id + " again").toList());
        }
    }

    @Test
    void whatWasNotCommittedBeforeACrashIsReadAgainAndStoredOnce() throws InterruptedException {
        List<String> ids;
        KafkaNode.Crash unsettled = new KafkaNode.Crash() {
            @Override
            public boolean isSettled(StoredMessage message) {
                return message.seq() <= 10;
            }
        };
        try (KafkaNode node = node("n1").storing(ledger, unsettled)) {
            ids = append(node, tenant, "g", 0, 50);
            Await.until("all are distributed", () -> node.distributed.size() == 50);
        }
        try (KafkaNode node = node("n2").storing(ledger)) {
            List<String> more = append(node, tenant, "g", 50, 60);
            Await.until("the rest is distributed", () -> node.distributed.size() == 50);
            assertThat(node.distributed.getFirst()).isEqualTo(tenant + "/g10 again");
            ids.addAll(more);
            assertThat(ledger.of(tenant, "g")).isEqualTo(ids);
        }
    }

    @Test
    void aPartitionThatChangesHandsInMidBatchLosesNothingAndKeepsItsOrder() throws InterruptedException {
        CountDownLatch gate = new CountDownLatch(1);
        AtomicInteger held = new AtomicInteger();
        MessageWriter slow = batch -> {
            held.incrementAndGet();
            try {
                gate.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return ledger.write(batch);
        };
        try (KafkaNode first = node("n1").storing(slow)) {
            for (int group = 0; group < 12; group++) {
                append(first, tenant, "g" + group + "-", 0, 40);
            }
            Await.until("a batch is in hand", () -> held.get() > 0);
            try (KafkaNode second = node("n2").storing(ledger)) {
                Await.until("the second has some of the partitions", () -> !second.distributed.isEmpty());
                for (int group = 0; group < 12; group++) {
                    append(second, tenant, "g" + group + "-", 40, 60);
                }
                gate.countDown();
                Await.until("all are stored", () -> ledger.size() == 12 * 60);
                Await.until("nothing is behind", () -> first.lag(tenant) + second.lag(tenant) == 0);
                for (int group = 0; group < 12; group++) {
                    String name = "g" + group + "-";
                    List<String> ids = new ArrayList<>();
                    for (int i = 0; i < 60; i++) {
                        ids.add(name + i);
                        String id = tenant + "/" + name + i;
                        assertThat(first.distributed.contains(id) || second.distributed.contains(id))
                                .as(id)
                                .isTrue();
                    }
                    assertThat(ledger.of(tenant, name)).isEqualTo(ids);
                }
            }
        }
    }

    @Test
    void aPoisonRecordGoesToTheDeadLettersAndThePartitionGoesOn() throws InterruptedException {
        try (KafkaNode node = node("n1").storing(ledger)) {
            append(node, tenant, "g", 0, 1);
            String topic = "im-mics-" + tenant + "-upstream";
            try (KafkaProducer<String, byte[]> producer = new KafkaProducer<>(
                    Map.of("bootstrap.servers", broker.bootstrapServers()),
                    new StringSerializer(),
                    new ByteArraySerializer())) {
                var unused = producer.send(
                        new ProducerRecord<>(topic, "group:g", "poison".getBytes(StandardCharsets.UTF_8)));
                unused = producer.send(new ProducerRecord<>(topic, "group:g", null));
            }
            NewMessage refused = new NewMessage(
                    tenant,
                    Sample.message(tenant, "g", "r").conversation(),
                    "u1",
                    "d1",
                    "r",
                    "r",
                    "",
                    "refused",
                    ByteString.copyFromUtf8("x"),
                    Map.of(),
                    Sample.TRACE,
                    1,
                    false);
            node.append(refused);
            append(node, tenant, "g", 1, 2);
            Await.until("the next is stored", () -> ledger.of(tenant, "g").equals(List.of("g0", "g1")));
            var letters = read(topic + "-dlq", 3);
            assertThat(letters)
                    .extracting(letter -> KafkaHookHeaders.text(letter.headers(), KafkaHookHeaders.CAUSE, ""))
                    .containsExactlyInAnyOrder("is no LogRecord", "has no value", "of a kind that is refused");
            assertThat(letters)
                    .allSatisfy(letter -> assertThat(
                                    KafkaHookHeaders.text(letter.headers(), KafkaHookHeaders.ORIGINAL_TOPIC, ""))
                            .isEqualTo(topic));
            Await.until("nothing is behind", () -> node.lag(tenant) == 0);
        }
    }

    @Test
    void aTenantWhoseDatabaseHangsDelaysNoOther() throws InterruptedException {
        CountDownLatch gate = new CountDownLatch(1);
        String other = tenant + "x";
        MessageWriter writer = batch -> {
            if (batch.getFirst().tenant().equals(tenant)) {
                try {
                    gate.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
            return ledger.write(batch);
        };
        try (KafkaNode node = node("n1").storing(writer)) {
            for (int group = 0; group < 12; group++) {
                append(node, tenant, "g" + group, 0, 10);
            }
            List<String> ids = append(node, other, "g", 0, 10);
            Await.until("the other's are stored", () -> ledger.of(other, "g").equals(ids));
            assertThat(ledger.of(tenant, "g0")).isEmpty();
            gate.countDown();
            Await.until("all are stored", () -> ledger.size() == 130);
        }
    }
}
