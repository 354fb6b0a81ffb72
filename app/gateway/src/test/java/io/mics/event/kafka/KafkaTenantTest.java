package io.mics.event.kafka;

import static io.mics.event.EventLogContract.message;
import static org.assertj.core.api.Assertions.assertThat;

import io.mics.event.EventMeters;
import io.mics.event.QueueBudget;
import io.mics.event.TenantQueue;
import io.mics.kafka.KafkaSending;
import io.mics.kafka.KafkaSending.Fate;
import io.mics.kafka.KafkaSending.Round;
import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import io.mics.testing.Await;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Function;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What a worker does with each fate a record can meet, decided one round at a time. */
class KafkaTenantTest {
    private static final Fate ARRIVED = new Fate.Arrived();
    private static final Fate FAILED = new Fate.Failed("broken");

    /** A topic that lets the first round begin when the test says, does as scripted, then takes everything. */
    private static final class ScriptedTopic implements KafkaSending {
        final CountDownLatch begin = new CountDownLatch(1);
        final Deque<Function<List<ProducerRecord<String, byte[]>>, Round>> script = new ArrayDeque<>();
        final List<List<String>> rounds = new CopyOnWriteArrayList<>();
        final List<String> dead = new CopyOnWriteArrayList<>();

        @Override
        public Round send(String topic, List<ProducerRecord<String, byte[]>> records) throws InterruptedException {
            begin.await();
            List<String> numbers = records.stream().map(ScriptedTopic::number).toList();
            if (topic.endsWith("-dlq")) {
                dead.addAll(numbers);
                return all(records, ARRIVED, false);
            }
            rounds.add(numbers);
            return script.isEmpty()
                    ? all(records, ARRIVED, false)
                    : script.remove().apply(records);
        }

        private static String number(ProducerRecord<String, byte[]> record) {
            String identity =
                    new String(record.headers().lastHeader("mics-event-id").value(), StandardCharsets.UTF_8);
            return identity.substring(identity.lastIndexOf('-') + 1);
        }

        static Round all(List<ProducerRecord<String, byte[]>> records, Fate fate, boolean inconclusive) {
            return new Round(records.stream().map(record -> fate).toList(), inconclusive);
        }
    }

    private final ScriptedTopic topic = new ScriptedTopic();
    private final Metrics metrics = new Metrics();
    private final KafkaSettings settings = TestLog.settings("k:1", true, 3);
    private final KafkaTenant tenant = new KafkaTenant(
            settings,
            "t1",
            new TenantQueue(0, 0, new QueueBudget(0, 0)),
            topic,
            new KafkaRecords(settings, "t1", () -> Optional.of("")),
            new EventMeters(metrics, "t1"));

    @AfterEach
    void stop() throws InterruptedException {
        tenant.stop();
    }

    /** Event 0 is taken alone by the waiting worker; those of {@code keys} follow as one batch, numbered from 1. */
    private void publish(String... keys) {
        tenant.publish(message("t1", "first", "0"), 0);
        Await.until("taken", () -> tenant.queue().waiting() == 0);
        List<String> all = new ArrayList<>(List.of(keys));
        for (int i = 0; i < all.size(); i++) {
            tenant.publish(message("t1", all.get(i), "m"), i + 1);
        }
        topic.begin.countDown();
        Await.until("nothing queued", () -> tenant.queue().queued() == 0);
    }

    private long counted(Metric metric) {
        return metrics.counter(metric, "t1", "SingleChatMsg").value();
    }

    @Test
    void sendsAgainOnlyWhatFailedAndInItsOrder() {
        topic.script.add(records -> ScriptedTopic.all(records, ARRIVED, false));
        topic.script.add(records -> new Round(List.of(FAILED, ARRIVED, FAILED, FAILED), false));
        publish("a", "b", "a", "c");
        assertThat(topic.rounds).containsExactly(List.of("0"), List.of("1", "2", "3", "4"), List.of("1", "3", "4"));
        assertThat(topic.dead).isEmpty();
        assertThat(counted(Metric.MQ_RETRIED)).isEqualTo(3);
    }

    @Test
    void deadLettersWhatALaterEventOfItsKeyHasOvertaken() {
        topic.script.add(records -> ScriptedTopic.all(records, ARRIVED, false));
        topic.script.add(records -> new Round(List.of(FAILED, ARRIVED, FAILED), false));
        publish("a", "a", "a");
        assertThat(topic.rounds).containsExactly(List.of("0"), List.of("1", "2", "3"), List.of("3"));
        assertThat(topic.dead).containsExactly("1");
        assertThat(counted(Metric.MQ_DLQ)).isEqualTo(1);
    }

    @Test
    void burnsNoAttemptWhileNoBrokerAnswers() {
        topic.script.add(records -> ScriptedTopic.all(records, ARRIVED, false));
        for (int i = 0; i < 5; i++) {
            topic.script.add(records -> ScriptedTopic.all(records, FAILED, true));
        }
        publish("a", "b");
        assertThat(topic.rounds).hasSize(7);
        assertThat(topic.rounds.getLast()).containsExactly("1", "2");
        assertThat(topic.dead).isEmpty();
    }

    @Test
    void parksATopicThatFailsAndAsksItWithOneEvent() {
        for (int i = 0; i < 3; i++) {
            topic.script.add(records -> ScriptedTopic.all(records, FAILED, false));
        }
        publish("a", "b", "c");
        assertThat(topic.dead).as("its attempts used up").containsExactly("0");
        assertThat(topic.rounds)
                .containsExactly(List.of("0"), List.of("0"), List.of("0"), List.of("1"), List.of("2", "3"));
    }

    @Test
    void deadLettersAtOnceWhatIsTooLarge() {
        topic.script.add(records -> ScriptedTopic.all(records, ARRIVED, false));
        topic.script.add(records -> new Round(List.of(ARRIVED, new Fate.TooLarge("10 MB"), ARRIVED), false));
        publish("a", "a", "a");
        assertThat(topic.dead).containsExactly("2");
        assertThat(topic.rounds).hasSize(2);
    }
}
