package io.mics.hook.dispatch.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.hook.point.HookPoint;
import io.mics.hook.policy.HookDefinition;
import io.mics.hook.record.HookAudit;
import io.mics.hook.record.HookRecords;
import io.mics.hook.registry.HookExecution;
import io.mics.kafka.KafkaSender;
import io.mics.kafka.KafkaSending;
import io.mics.observe.Counter;
import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import io.mics.observe.SpanSink;
import io.mics.observe.TraceBuffer;
import io.mics.sdk.testing.KafkaBroker;
import io.mics.testing.Await;
import io.mics.testing.KafkaRecords;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
@Tag("engine")
class KafkaAuditTopicTest {
    @TempDir
    Path dir;

    private final Metrics metrics = new Metrics();
    private final Counter dropped = metrics.counter(Metric.HOOK_AUDIT_DROPPED, "n1");

    private HookRecords records(HookAudit audit) {
        return new HookRecords(metrics, new TraceBuffer(0, Clock.systemUTC()), audit, SpanSink.NONE);
    }

    private static HookExecution execution(String tenant, String messageId) {
        return new HookExecution(
                tenant,
                HookPoint.PRE_SEND,
                "words",
                "1.4.0",
                HookDefinition.Mode.ENFORCE,
                "",
                messageId,
                "text",
                "trace",
                "allow",
                7_000,
                "",
                List.of());
    }

    @Test
    void everyExecutionIsInTheTopicUnderItsTenantAsItIsInTheFile() throws Exception {
        Path file = dir.resolve("audit.log");
        try (KafkaBroker broker = KafkaBroker.running()) {
            KafkaSender sender = KafkaSender.open(
                    Dispatch.settings(broker.bootstrapServers()).producer());
            KafkaAuditTopic all = new KafkaAuditTopic("hook-audit", sender, dropped);
            KafkaAuditTopic each = new KafkaAuditTopic("audit-{tenant}", sender, dropped);
            try (HookAudit audit = HookAudit.to(file.toString(), Optional.of(all), dropped);
                    HookAudit apart = HookAudit.to("", Optional.of(each), dropped)) {
                for (int i = 0; i < 100; i++) {
                    records(audit).executed(execution(i % 2 == 0 ? "t1" : "t2", "m" + i));
                }
                records(apart).executed(execution("t1", "m1"));
            }
            sender.close();
            List<ConsumerRecord<String, String>> found =
                    KafkaRecords.read(broker.bootstrapServers(), "hook-audit", 100);
            assertThat(found)
                    .extracting(ConsumerRecord::value)
                    .containsExactlyInAnyOrderElementsOf(Files.readAllLines(file))
                    .allMatch(line -> line.contains("\"hook\":\"words\",\"version\":\"1.4.0\""));
            assertThat(found)
                    .allSatisfy(record -> assertThat(record.value()).contains("\"tenant\":\"" + record.key() + "\""));
            assertThat(KafkaRecords.read(broker.bootstrapServers(), "audit-t1", 1))
                    .extracting(ConsumerRecord::key)
                    .containsExactly("t1");
        }
        assertThat(dropped.value()).isZero();
    }

    @Test
    void aTopicThatTakesNothingHoldsNobodyUpAndWhatItLosesIsCounted() throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        KafkaSending away = (topic, records) -> {
            never.await();
            throw new IllegalStateException("not reached");
        };
        HookAudit audit = HookAudit.to("", Optional.of(new KafkaAuditTopic("hook-audit", away, dropped)), dropped);
        HookRecords records = records(audit);
        for (int i = 0; i < 5_000; i++) { // would not end if it waited for the topic
            records.executed(execution("t1", "m" + i));
        }
        audit.close();
        assertThat(dropped.value()).as("all of them").isEqualTo(5_000);
    }

    @Test
    void aTopicThatIsNotThereUsesUpItsAttemptsAndWhatItLosesIsCounted() {
        KafkaSending refusing = (topic, records) -> new KafkaSending.Round(
                records.stream()
                        .map(record -> (KafkaSending.Fate) new KafkaSending.Fate.Failed("no such topic"))
                        .toList(),
                false);
        KafkaAuditTopic topic = new KafkaAuditTopic("hook-audit", refusing, dropped);
        assertThat(topic.enqueue("t1", "{}")).isTrue();
        Await.until("counted", () -> dropped.value() == 1);
        topic.close();
        assertThat(dropped.value()).isEqualTo(1);
    }
}
