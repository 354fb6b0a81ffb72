package io.mics.event.kafka;

import io.mics.event.EventEncoder;
import io.mics.event.EventMeters;
import io.mics.event.QueuedEvent;
import io.mics.event.SessionId;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/** Makes one tenant's events into records, and records that did not arrive into dead letters. */
final class KafkaRecords {
    /** An event's identity: {@code {node}-{epoch}-{counter}}, the same in every record of it. */
    static final String IDENTITY = "mics-event-id";

    /** Which session began or ended: {@code {node}-{epoch}-{number}}. Only connect events have it. */
    static final String SESSION = "mics-session-id";

    /** The pre-send hooks a message passed, {@code name=version} each, separated by commas. */
    static final String FEATURE_VERSION = "feature_version";

    /** What its sender said a message is. */
    static final String MESSAGE_TYPE = "message_type";

    /** Names a message towards hooks. */
    static final String IDEMPOTENCY_KEY = "idempotency_key";

    static final String TRACEPARENT = "traceparent";
    static final String CAUSE = "cause";
    static final String ATTEMPTS = "attempts";
    static final String ORIGINAL_TOPIC = "original_topic";
    static final String DEAD_AT = "dead_at";
    static final String EVENT_TYPE = "event_type";
    static final String VALUE_BYTES = "value_bytes";
    static final String VALUE_SHA256 = "value_sha256";
    /** On a record in the dead letter topic: the one of this identity before it is dead no more. */
    static final String REPLAYED_AT = "replayed_at";

    /** Headers that only a dead letter has. */
    static final List<String> OF_THE_DEAD =
            List.of(CAUSE, ATTEMPTS, ORIGINAL_TOPIC, DEAD_AT, EVENT_TYPE, VALUE_BYTES, VALUE_SHA256);

    private static final int TRACE_CHARS = 32;
    private static final int CAUSE_CHARS = 500;

    private final KafkaSettings settings;
    private final EventEncoder encoder;
    private final String topic;

    KafkaRecords(KafkaSettings settings, String tenant, Supplier<Optional<String>> secret) {
        this.settings = settings;
        this.encoder = new EventEncoder(settings.node(), secret);
        this.topic = settings.topics().of(tenant);
    }

    String topic() {
        return topic;
    }

    String deadTopic() {
        return KafkaHookTopics.deadLettersOf(topic);
    }

    ProducerRecord<String, byte[]> of(QueuedEvent queued) {
        Headers headers = new RecordHeaders();
        add(headers, IDENTITY, settings.node() + "-" + settings.epoch() + "-" + queued.number());
        addKnown(headers, SESSION, words(queued.event().session()));
        addKnown(headers, FEATURE_VERSION, queued.event().featureVersion());
        addKnown(headers, MESSAGE_TYPE, queued.event().messageType());
        addKnown(headers, IDEMPOTENCY_KEY, queued.event().idempotencyKey().get());
        String trace = queued.event().traceId();
        if (trace.length() == TRACE_CHARS) {
            long span = ThreadLocalRandom.current().nextLong(1, Long.MAX_VALUE);
            add(headers, TRACEPARENT, "00-" + trace + "-" + HexFormat.of().toHexDigits(span) + "-01");
        }
        return new ProducerRecord<>(topic, null, queued.event().user(), encoder.encode(queued.event()), headers);
    }

    private String words(SessionId session) {
        long epoch = session.epoch() == 0 ? settings.epoch() : session.epoch();
        return session.number() == 0 ? "" : session.node() + "-" + epoch + "-" + session.number();
    }

    /** The dead letter of a record; one that is too large goes without its value, named by size and hash. */
    ProducerRecord<String, byte[]> dead(KafkaAttempt failed, String cause, boolean tooLarge) {
        ProducerRecord<String, byte[]> record = failed.record();
        Headers headers = new RecordHeaders(record.headers().toArray());
        add(headers, CAUSE, cause.length() <= CAUSE_CHARS ? cause : cause.substring(0, CAUSE_CHARS));
        add(headers, ATTEMPTS, Integer.toString(failed.attempts()));
        add(headers, ORIGINAL_TOPIC, topic);
        add(headers, DEAD_AT, Long.toString(System.currentTimeMillis()));
        add(headers, EVENT_TYPE, EventMeters.label(failed.queued().event().type()));
        if (tooLarge) {
            add(headers, VALUE_BYTES, Integer.toString(record.value().length));
            add(headers, VALUE_SHA256, HexFormat.of().formatHex(sha256(record.value())));
        }
        return new ProducerRecord<>(deadTopic(), null, record.key(), tooLarge ? null : record.value(), headers);
    }

    private static void add(Headers headers, String name, String value) {
        headers.add(name, bytes(value));
    }

    private static void addKnown(Headers headers, String name, String value) {
        if (!value.isEmpty()) {
            add(headers, name, value);
        }
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** What a header says, or {@code otherwise} where there is none. */
    static String text(Headers headers, String name, String otherwise) {
        Header header = headers.lastHeader(name);
        return header == null || header.value() == null
                ? otherwise
                : new String(header.value(), StandardCharsets.UTF_8);
    }

    /** The number that a header says, or {@code otherwise} where there is none. */
    static long number(Headers headers, String name, long otherwise) {
        try {
            return Long.parseLong(text(headers, name, ""));
        } catch (NumberFormatException e) {
            return otherwise;
        }
    }

    private static byte[] sha256(byte[] value) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(value);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
