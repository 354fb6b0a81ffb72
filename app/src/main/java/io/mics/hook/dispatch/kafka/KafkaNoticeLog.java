package io.mics.hook.dispatch.kafka;

import io.mics.event.kafka.KafkaHookHeaders;
import io.mics.event.kafka.KafkaHookTopics;
import io.mics.event.kafka.KafkaSending.Fate;
import io.mics.event.kafka.KafkaSettings;
import io.mics.hook.dispatch.DispatchMeters;
import io.mics.hook.dispatch.DispatchMeters.Drop;
import io.mics.hook.dispatch.Notice;
import io.mics.hook.dispatch.NoticeLog;
import io.mics.observe.TraceId;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Deliveries and recalls to the tenants' topics. What a topic does not take goes to its dead letter topic, and what
 * that does not take is counted as dropped.
 */
final class KafkaNoticeLog implements NoticeLog {
    private static final int TRACE_CHARS = 32;

    private final KafkaWriters writers;
    private final KafkaSettings settings;
    private final KafkaHookTopics topics;
    private final DispatchMeters meters;
    private final AtomicLong numbers = new AtomicLong();

    KafkaNoticeLog(KafkaWriters writers, KafkaSettings settings, KafkaHookTopics topics, DispatchMeters meters) {
        this.writers = writers;
        this.settings = settings;
        this.topics = topics;
        this.meters = meters;
    }

    @Override
    public Outcome publish(Notice notice) {
        ProducerRecord<String, byte[]> record = record(notice);
        return sent(record, notice, fate -> dead(record, notice, fate));
    }

    private Outcome sent(ProducerRecord<String, byte[]> record, Notice notice, Consumer<Fate> otherwise) {
        boolean offered = writers.offer(record, fate -> {
            if (!(fate instanceof Fate.Arrived)) {
                otherwise.accept(fate);
            }
        });
        if (!offered) {
            meters.dropped(notice.subject().tenant(), notice.point(), Drop.QUEUE_FULL, 1);
        }
        return offered ? Outcome.TAKEN : Outcome.DROPPED;
    }

    private void dead(ProducerRecord<String, byte[]> record, Notice notice, Fate fate) {
        Headers headers = new RecordHeaders(record.headers().toArray());
        KafkaHookHeaders.put(headers, KafkaHookHeaders.CAUSE, fate.toString());
        KafkaHookHeaders.put(headers, KafkaHookHeaders.ORIGINAL_TOPIC, record.topic());
        KafkaHookHeaders.put(headers, KafkaHookHeaders.DEAD_AT, Long.toString(System.currentTimeMillis()));
        ProducerRecord<String, byte[]> letter = new ProducerRecord<>(
                KafkaHookTopics.deadLettersOf(record.topic()), null, record.key(), record.value(), headers);
        Outcome unused = sent(
                letter, notice, again -> meters.dropped(notice.subject().tenant(), notice.point(), Drop.LOG_FAILED, 1));
    }

    private ProducerRecord<String, byte[]> record(Notice notice) {
        String tenant = notice.subject().tenant();
        String topic;
        byte[] value;
        switch (notice) {
            case Notice.Sent sent -> throw new IllegalArgumentException("an event tells of a message");
            case Notice.Delivered delivered -> {
                topic = KafkaHookTopics.of(topics.delivery(), tenant);
                value = NoticeForm.write(delivered);
            }
            case Notice.Recalled recalled -> {
                topic = KafkaHookTopics.of(topics.recall(), tenant);
                value = NoticeForm.write(recalled);
            }
        }
        Headers headers = new RecordHeaders();
        String id = settings.node() + "-" + settings.epoch() + "-n" + numbers.incrementAndGet();
        KafkaHookHeaders.put(headers, KafkaHookHeaders.IDENTITY, id);
        String trace = notice.subject().traceId();
        if (trace.length() == TRACE_CHARS) {
            KafkaHookHeaders.put(headers, KafkaHookHeaders.TRACEPARENT, TraceId.traceparent(trace));
        }
        return new ProducerRecord<>(topic, null, notice.subject().user(), value, headers);
    }
}
