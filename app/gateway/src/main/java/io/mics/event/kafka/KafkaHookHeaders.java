package io.mics.event.kafka;

import java.util.List;
import org.apache.kafka.common.header.Headers;

/** The headers of a record that asks for a call of one hook, beside those of the event it is about. */
public final class KafkaHookHeaders {
    /** The event: {@code {node}-{epoch}-{counter}}, or of a dead letter, its own identity. */
    public static final String IDENTITY = KafkaRecords.IDENTITY;

    public static final String TRACEPARENT = KafkaRecords.TRACEPARENT;
    public static final String FEATURE_VERSION = KafkaRecords.FEATURE_VERSION;
    public static final String MESSAGE_TYPE = KafkaRecords.MESSAGE_TYPE;
    public static final String IDEMPOTENCY_KEY = KafkaRecords.IDEMPOTENCY_KEY;
    public static final String CAUSE = KafkaRecords.CAUSE;
    public static final String ATTEMPTS = KafkaRecords.ATTEMPTS;
    public static final String ORIGINAL_TOPIC = KafkaRecords.ORIGINAL_TOPIC;
    public static final String DEAD_AT = KafkaRecords.DEAD_AT;
    public static final String EVENT_TYPE = KafkaRecords.EVENT_TYPE;
    public static final String VALUE_BYTES = KafkaRecords.VALUE_BYTES;

    /** The hook's name. */
    public static final String HOOK = "mics-hook";

    public static final String POINT = "mics-hook-point";
    /** The attempt to be made; 1 where it is missing. */
    public static final String ATTEMPT = "mics-hook-attempt";
    /** How often it was deferred. */
    public static final String WAITS = "mics-hook-waits";
    /** When it first failed or was deferred, in milliseconds since 1970. */
    public static final String SINCE = "mics-hook-since";
    /** Not before that time, in milliseconds since 1970. */
    public static final String DUE = "mics-hook-due";
    /** The key of the event: the key of this record is the hook's name, so that hooks do not wait for each other. */
    public static final String USER = "mics-hook-key";
    /** Of a dead letter: the identity of its event, which may have been one before. */
    public static final String ORIGIN = "mics-origin-id";
    /** Of a dead letter whose hook may not be notified twice. */
    public static final String ONCE = "mics-hook-once";

    /** Headers that are ours, not those of the event. */
    public static final List<String> OURS = List.of(
            CAUSE,
            ATTEMPTS,
            ORIGINAL_TOPIC,
            DEAD_AT,
            EVENT_TYPE,
            VALUE_BYTES,
            HOOK,
            POINT,
            ATTEMPT,
            WAITS,
            SINCE,
            DUE,
            USER,
            ORIGIN,
            ONCE);

    /** What a record of the persisted topic is of: tells it from one of the event topic, in the retry topic too. */
    public static final String EVENT = "mics-event";
    /** On an event that may have been published before, under the same identity. */
    public static final String REPEATED = "mics-repeated";

    private KafkaHookHeaders() {}

    /** What a header says, or {@code otherwise} where there is none. */
    public static String text(Headers headers, String name, String otherwise) {
        return KafkaRecords.text(headers, name, otherwise);
    }

    /** The number that a header says, or {@code otherwise} where there is none. */
    public static long number(Headers headers, String name, long otherwise) {
        return KafkaRecords.number(headers, name, otherwise);
    }

    /** Sets a header. */
    public static void put(Headers headers, String name, String value) {
        headers.remove(name).add(name, KafkaRecords.bytes(value));
    }
}
