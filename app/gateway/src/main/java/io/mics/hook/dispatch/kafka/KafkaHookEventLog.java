package io.mics.hook.dispatch.kafka;

import io.mics.event.kafka.KafkaHookHeaders;
import io.mics.event.kafka.KafkaHookTopics;
import io.mics.event.kafka.KafkaSettings;
import io.mics.hook.dispatch.DispatchMeters;
import io.mics.hook.dispatch.DispatchMeters.Drop;
import io.mics.hook.dispatch.HookEvent;
import io.mics.hook.dispatch.HookEventLog;
import io.mics.kafka.KafkaSending.Fate;
import io.mics.kafka.KafkaWriters;
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
final class KafkaHookEventLog implements HookEventLog {
    private static final int TRACE_CHARS = 32;

    private final KafkaWriters writers;
    private final KafkaSettings settings;
    private final KafkaHookTopics topics;
    private final DispatchMeters meters;
    private final AtomicLong numbers = new AtomicLong();

    KafkaHookEventLog(KafkaWriters writers, KafkaSettings settings, KafkaHookTopics topics, DispatchMeters meters) {
        this.writers = writers;
        this.settings = settings;
        this.topics = topics;
        this.meters = meters;
    }

    @Override
    public void publish(HookEvent event) {
        ProducerRecord<String, byte[]> record = record(event);
        send(record, event, fate -> dead(record, event, fate));
    }

    private void send(ProducerRecord<String, byte[]> record, HookEvent event, Consumer<Fate> otherwise) {
        boolean enqueued = writers.enqueue(record, fate -> {
            if (!(fate instanceof Fate.Arrived)) {
                otherwise.accept(fate);
            }
        });
        if (!enqueued) {
            meters.dropped(event.context().tenant(), event.point(), Drop.QUEUE_FULL, 1);
        }
    }

    private void dead(ProducerRecord<String, byte[]> record, HookEvent event, Fate fate) {
        Headers headers = new RecordHeaders(record.headers().toArray());
        KafkaHookHeaders.put(headers, KafkaHookHeaders.CAUSE, fate.toString());
        KafkaHookHeaders.put(headers, KafkaHookHeaders.ORIGINAL_TOPIC, record.topic());
        KafkaHookHeaders.put(headers, KafkaHookHeaders.DEAD_AT, Long.toString(System.currentTimeMillis()));
        ProducerRecord<String, byte[]> letter = new ProducerRecord<>(
                KafkaHookTopics.deadLettersOf(record.topic()), null, record.key(), record.value(), headers);
        send(letter, event, again -> meters.dropped(event.context().tenant(), event.point(), Drop.LOG_FAILED, 1));
    }

    private ProducerRecord<String, byte[]> record(HookEvent event) {
        String tenant = event.context().tenant();
        String topic;
        byte[] value;
        switch (event) {
            case HookEvent.Sent sent -> throw new IllegalArgumentException("messages are in the event log");
            case HookEvent.Delivered delivered -> {
                topic = KafkaHookTopics.of(topics.delivery(), tenant);
                value = HookEventCodec.write(delivered);
            }
            case HookEvent.Recalled recalled -> {
                topic = KafkaHookTopics.of(topics.recall(), tenant);
                value = HookEventCodec.write(recalled);
            }
        }
        Headers headers = new RecordHeaders();
        String id = settings.node() + "-" + settings.epoch() + "-n" + numbers.incrementAndGet();
        KafkaHookHeaders.put(headers, KafkaHookHeaders.IDENTITY, id);
        String trace = event.context().traceId();
        if (trace.length() == TRACE_CHARS) {
            KafkaHookHeaders.put(headers, KafkaHookHeaders.TRACEPARENT, TraceId.traceparent(trace));
        }
        return new ProducerRecord<>(topic, null, event.context().user(), value, headers);
    }
}
