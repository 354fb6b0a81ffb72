package io.mics.hook.dispatch.kafka;

import static io.mics.event.kafka.KafkaHookHeaders.number;
import static io.mics.event.kafka.KafkaHookHeaders.put;
import static io.mics.event.kafka.KafkaHookHeaders.text;

import io.mics.event.EventMeters;
import io.mics.event.kafka.KafkaHookHeaders;
import io.mics.event.kafka.KafkaHookTopics;
import io.mics.hook.dispatch.HookEvents;
import io.mics.hook.dispatch.RawRecord;
import io.mics.hook.dispatch.Task;
import io.mics.hook.point.HookPoint;
import io.mics.kafka.KafkaTasks.Due;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** Tasks as records of the retry and the dead letter topic, and back. The value is that of the event, untouched. */
final class KafkaHookRecords {
    private static final int CAUSE_CHARS = 500;

    private KafkaHookRecords() {}

    /** The event of a record, without headers that are ours. */
    static RawRecord raw(String key, ConsumerRecord<String, byte[]> record) {
        Map<String, String> headers = new HashMap<>();
        for (Header header : record.headers()) {
            if (!KafkaHookHeaders.OURS.contains(header.key()) && header.value() != null) {
                headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8));
            }
        }
        return new RawRecord(key, record.value(), headers);
    }

    /** The event of a source's record, as it is. */
    static RawRecord raw(ConsumerRecord<String, byte[]> record) {
        return raw(record.key() == null ? "" : record.key(), record);
    }

    /** The task of a record of the retry topic; none when it makes no sense. */
    static Optional<Due<Task>> retried(String tenant, ConsumerRecord<String, byte[]> record) {
        Headers headers = record.headers();
        String hook = text(headers, KafkaHookHeaders.HOOK, "");
        RawRecord raw = raw(text(headers, KafkaHookHeaders.USER, ""), record);
        for (HookPoint point : HookPoint.values()) {
            if (!hook.isEmpty() && point.label().equals(text(headers, KafkaHookHeaders.POINT, ""))) {
                return HookEventCodec.read(point, tenant, raw)
                        .map(event -> new Due<>(
                                new Task(
                                        event,
                                        hook,
                                        (int) number(headers, KafkaHookHeaders.ATTEMPT, 1),
                                        (int) number(headers, KafkaHookHeaders.WAITS, 0),
                                        number(headers, KafkaHookHeaders.SINCE, 0),
                                        raw),
                                number(headers, KafkaHookHeaders.DUE, 0)));
            }
        }
        return Optional.empty();
    }

    /** A task to be tried again. Its key is the hook's name, so that hooks seldom wait for each other. */
    static ProducerRecord<String, byte[]> retry(KafkaHookTopics topics, Task task, Instant due, String cause) {
        Headers headers = headers(task, cause);
        put(headers, KafkaHookHeaders.ATTEMPT, Integer.toString(task.attempt()));
        put(headers, KafkaHookHeaders.WAITS, Integer.toString(task.waits()));
        put(headers, KafkaHookHeaders.SINCE, Long.toString(task.sinceMs()));
        put(headers, KafkaHookHeaders.DUE, Long.toString(due.toEpochMilli()));
        put(headers, KafkaHookHeaders.USER, task.raw().key());
        String topic = KafkaHookTopics.of(topics.retry(), tenant(task));
        return new ProducerRecord<>(topic, null, task.hook(), task.raw().value(), headers);
    }

    /** A dead letter, under an identity of its own; without its value when that is too large. */
    static ProducerRecord<String, byte[]> dead(
            KafkaHookTopics topics, Task task, boolean once, String cause, boolean tooLarge) {
        Headers headers = headers(task, cause);
        long now = System.currentTimeMillis();
        String origin = text(headers, KafkaHookHeaders.IDENTITY, "");
        put(headers, KafkaHookHeaders.ORIGIN, origin);
        put(
                headers,
                KafkaHookHeaders.IDENTITY,
                origin + "/" + task.event().point().label() + "/" + task.hook() + "/" + now);
        put(headers, KafkaHookHeaders.ATTEMPTS, Integer.toString(task.attempt()));
        put(headers, KafkaHookHeaders.DEAD_AT, Long.toString(now));
        HookEvents.eventType(task.event())
                .ifPresent(type -> put(headers, KafkaHookHeaders.EVENT_TYPE, EventMeters.label(type)));
        if (once) {
            put(headers, KafkaHookHeaders.ONCE, "true");
        }
        if (tooLarge) {
            put(
                    headers,
                    KafkaHookHeaders.VALUE_BYTES,
                    Integer.toString(task.raw().value().length));
        }
        String topic = KafkaHookTopics.of(topics.dead(), tenant(task));
        return new ProducerRecord<>(
                topic, null, task.raw().key(), tooLarge ? null : task.raw().value(), headers);
    }

    private static Headers headers(Task task, String cause) {
        Headers headers = new RecordHeaders();
        task.raw().headers().forEach((name, value) -> put(headers, name, value));
        put(headers, KafkaHookHeaders.HOOK, task.hook());
        put(headers, KafkaHookHeaders.POINT, task.event().point().label());
        put(headers, KafkaHookHeaders.CAUSE, cause.length() <= CAUSE_CHARS ? cause : cause.substring(0, CAUSE_CHARS));
        return headers;
    }

    private static String tenant(Task task) {
        return task.event().context().tenant();
    }
}
