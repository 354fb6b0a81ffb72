package io.mics.pipeline;

import io.mics.conversation.ConversationLog;
import io.mics.conversation.NewMessage;
import io.mics.event.kafka.KafkaHookTopics;
import io.mics.kafka.KafkaAppending;
import io.mics.kafka.KafkaSending;
import io.mics.timer.TimingWheel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.kafka.clients.producer.ProducerRecord;

/**
 * Appends messages to the tenants' upstream topics, by conversation, acknowledged by all replicas. One batch of a
 * tenant is in flight at a time: that is what keeps the order. What the producer has, the log may have, until a broker
 * says so; it tries by itself for as long as its delivery time-out.
 */
public final class KafkaConversationLog implements ConversationLog, AutoCloseable {
    private static final Outcome ACCEPTED = new Outcome.Accepted();

    private final BatchingLog log;

    /**
     * A log in the topics that {@code template} names.
     *
     * @param kafka    outlives this
     * @param timeouts a tenant's append time-out
     * @param wheel    tells what waits for too long
     */
    public KafkaConversationLog(
            KafkaAppending kafka, String template, Function<String, Duration> timeouts, TimingWheel wheel) {
        this.log = new BatchingLog(new Topics(kafka, template), timeouts, wheel);
    }

    /** Bytes of messages that wait to be appended at most, in this process. */
    public static long mostBytes() {
        return BatchingLog.mostBytes();
    }

    /** The tenants' topics. */
    private record Topics(KafkaAppending kafka, String template) implements BatchAppender {
        @Override
        public Optional<String> awaitReady(String tenant) throws InterruptedException {
            return kafka.awaitTopic(KafkaHookTopics.of(template, tenant));
        }

        @Override
        public List<Fate> append(String tenant, List<NewMessage> batch) throws InterruptedException {
            String topic = KafkaHookTopics.of(template, tenant);
            List<ProducerRecord<String, byte[]>> records = new ArrayList<>(batch.size());
            for (NewMessage message : batch) {
                records.add(new ProducerRecord<>(topic, message.conversation().id(), LogRecords.write(message)));
            }
            return kafka.sendNow(topic, records).fates().stream()
                    .map(Topics::fate)
                    .toList();
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

    @Override
    public void append(NewMessage message, Consumer<Outcome> done) throws InterruptedException {
        log.append(message, done);
    }

    /** Forgets a tenant whose messages have their outcomes. */
    public void forget(String tenant) {
        log.forget(tenant);
    }

    /** Takes nothing more, gives what waits five seconds to be appended, and answers what is left. */
    @Override
    public void close() {
        log.close();
    }
}
