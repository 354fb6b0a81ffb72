package io.mics.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.conversation.distribution.FanOutTask;
import io.mics.conversation.distribution.LargeGroups.Step;
import io.mics.event.kafka.KafkaHookHeaders;
import io.mics.kafka.KafkaConnection;
import io.mics.kafka.KafkaGroup;
import io.mics.kafka.KafkaProducerSettings;
import io.mics.kafka.KafkaSecurity;
import io.mics.kafka.KafkaSender;
import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import io.mics.protocol.ConversationRef;
import io.mics.sdk.testing.KafkaBroker;
import io.mics.testing.Await;
import io.mics.testing.KafkaRecords;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("engine")
class KafkaFanOutTest {
    private static KafkaBroker broker;

    private final Metrics metrics = new Metrics();
    private final List<String> served = new CopyOnWriteArrayList<>();

    @BeforeAll
    static void start() {
        broker = KafkaBroker.running();
    }

    @AfterAll
    static void stop() {
        broker.close();
    }

    private static KafkaConnection connection(String node) {
        return new KafkaConnection(broker.bootstrapServers(), KafkaSecurity.NONE, node, Duration.ofSeconds(5));
    }

    private static KafkaSender sender() {
        return KafkaSender.open(new KafkaProducerSettings(
                connection("sender"), Duration.ofSeconds(2), Duration.ofSeconds(60), true, 1 << 20));
    }

    private KafkaFanOut start(KafkaSender sender, FanOutChunks.Server server) {
        return KafkaFanOut.start(
                new KafkaFanOut.Settings(
                        connection("n1"),
                        "im-mics-{tenant}-fanout",
                        tenant -> true,
                        new KafkaGroup.Timing(Duration.ofMillis(300), Duration.ofSeconds(6), Duration.ofMinutes(10))),
                server,
                sender,
                metrics);
    }

    private static FanOutTask task(String tenant, long seq) {
        return new FanOutTask(tenant, new ConversationRef.Group("g"), seq, 100 + seq, "u1", Sample.TRACE, "");
    }

    /** Three chunks a task. */
    private Step chunk(FanOutTask task) {
        served.add(task.seq() + "/" + task.resumeAfter());
        return switch (task.resumeAfter()) {
            case "" -> new Step.Next(task.after("c1"));
            case "c1" -> new Step.Next(task.after("c2"));
            case String last -> new Step.Done();
        };
    }

    @Test
    void tasksOfAGroupAreServedChunkByChunkInOrder() {
        try (KafkaSender sender = sender();
                KafkaFanOut fanOut = start(sender, this::chunk)) {
            assertThat(fanOut.add(task("f1", 1))).isTrue();
            assertThat(fanOut.add(task("f1", 2))).isTrue();
            Await.until("all are served", () -> served.size() == 6);
            for (String chunk : List.of("", "c1", "c2")) {
                assertThat(served.indexOf("1/" + chunk)).isBetween(0, served.indexOf("2/" + chunk));
            }
            Await.until(
                    "all are counted",
                    () -> metrics.counter(Metric.FANOUT_CHUNKS, "f1", "served").value() == 6);
        }
    }

    @Test
    void aTaskWhoseNodeEndsIsResumedByTheNextWithTheLastChunk() {
        try (KafkaSender sender = sender()) {
            try (KafkaFanOut crashing = start(sender, task -> {
                Step step = chunk(task);
                if (task.resumeAfter().equals("c1")) {
                    Thread.sleep(Long.MAX_VALUE);
                }
                return step;
            })) {
                assertThat(crashing.add(task("f2", 1))).isTrue();
                Await.until("the second chunk is in hand", () -> served.contains("1/c1"));
            }
            assertThat(served).containsExactly("1/", "1/c1");
            try (KafkaFanOut next = start(sender, this::chunk)) {
                Await.until("the last chunk is served", () -> served.contains("1/c2"));
                assertThat(served).containsExactly("1/", "1/c1", "1/c1", "1/c2");
                assertThat(next).isNotNull();
            }
        }
    }

    @Test
    void whatIsNoTaskGoesToTheDeadLettersAndOneThatCannotBeServedIsLeftToSync() throws InterruptedException {
        String topic = "im-mics-f3-fanout";
        try (KafkaSender sender = sender();
                KafkaFanOut fanOut = start(sender, task -> new Step.Later("away"))) {
            assertThat(fanOut.add(task("f3", 1))).isTrue();
            var poison = new ProducerRecord<>(topic, "group:g", "poison".getBytes(StandardCharsets.UTF_8));
            assertThat(sender.send(topic, List.of(poison)).failed()).isFalse();
            try (Admin admin = broker.admin()) {
                Await.untilTrue(
                        "there are dead letters",
                        () -> admin.listTopics().names().get().contains(topic + "-dlq"));
            }
            assertThat(KafkaRecords.read(broker.bootstrapServers(), topic + "-dlq", 1))
                    .extracting(letter -> KafkaHookHeaders.text(letter.headers(), KafkaHookHeaders.CAUSE, ""))
                    .containsExactly("is no task of a large group");
            Await.until(
                    "it is left",
                    () -> metrics.counter(Metric.FANOUT_CHUNKS, "f3", "left_to_sync")
                                    .value()
                            == 1);
        }
    }
}
