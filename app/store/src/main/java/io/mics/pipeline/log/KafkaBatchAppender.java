package io.mics.pipeline.log;

import io.mics.conversation.ConversationLog.Outcome;
import io.mics.conversation.NewMessage;
import io.mics.event.kafka.KafkaHookTopics;
import io.mics.kafka.KafkaAppending;
import io.mics.kafka.KafkaSending;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Appends messages to the tenants' upstream topics, by conversation, acknowledged by all replicas. What the producer
 * has, the log may have, until a broker says so; it tries by itself for as long as its delivery time-out.
 */
public final class KafkaBatchAppender implements BatchAppender, RecordAppender {
    private static final Outcome ACCEPTED = new Outcome.Accepted();

    private final KafkaAppending kafka;
    private final String template;

    /** Appends to the topics that {@code template} names; {@code kafka} outlives this. */
    public KafkaBatchAppender(KafkaAppending kafka, String template) {
        this.kafka = kafka;
        this.template = template;
    }

    @Override
    public String describe(String tenant) {
        return "topic " + KafkaHookTopics.of(template, tenant);
    }

    @Override
    public boolean isAvailable() {
        return kafka.unavailable().isEmpty();
    }

    @Override
    public Optional<String> awaitReady(String tenant) throws InterruptedException {
        return kafka.awaitTopic(KafkaHookTopics.of(template, tenant));
    }

    @Override
    public List<Fate> append(String tenant, List<NewMessage> batch) throws InterruptedException {
        return appendRecords(tenant, batch.stream().map(LogEntry::of).toList());
    }

    @Override
    public List<Fate> appendRecords(String tenant, List<LogEntry> batch) throws InterruptedException {
        String topic = KafkaHookTopics.of(template, tenant);
        return fates(kafka.sendNow(topic, records(topic, batch)));
    }

    @Override
    public List<Fate> appendRecords(String tenant, List<LogEntry> batch, Duration most) throws InterruptedException {
        String topic = KafkaHookTopics.of(template, tenant);
        return fates(kafka.sendNow(topic, records(topic, batch), most));
    }

    private static List<ProducerRecord<String, byte[]>> records(String topic, List<LogEntry> batch) {
        return batch.stream()
                .map(record -> new ProducerRecord<>(topic, record.conversation(), record.value()))
                .toList();
    }

    private static List<Fate> fates(KafkaSending.Round round) {
        return round.fates().stream().map(KafkaBatchAppender::fate).toList();
    }

    private static Fate fate(KafkaSending.Fate fate) {
        return switch (fate) {
            case KafkaSending.Fate.Arrived arrived -> new Fate.Done(ACCEPTED);
            case KafkaSending.Fate.TooLarge large -> new Fate.TooLarge(large.cause());
            case KafkaSending.Fate.Failed failed ->
                failed.undecided() ? new Fate.Undecided(failed.cause()) : new Fate.NotAppended(failed.cause());
        };
    }
}
