package io.mics.hook.dispatch.kafka;

import io.mics.event.kafka.KafkaHookHeaders;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Recognises events that were published again although the first is in the topic: the newest {@value #MOST}. Used by
 * one thread.
 */
final class KafkaRepeatedEvents {
    private static final int MOST = 16_384;

    /** By identity, where it was read first. */
    private final Map<String, Position> known = new LinkedHashMap<>();

    private record Position(String topic, int partition, long offset) {}

    /** Whether a record repeats another that was read before; one that is read again does not repeat itself. */
    boolean isKnown(ConsumerRecord<String, byte[]> record) {
        String identity = record.topic() + "/" + KafkaHookHeaders.text(record.headers(), KafkaHookHeaders.IDENTITY, "");
        Position here = new Position(record.topic(), record.partition(), record.offset());
        Position first = known.putIfAbsent(identity, here);
        if (first == null && known.size() > MOST) {
            var eldest = known.keySet().iterator();
            eldest.next();
            eldest.remove();
        }
        return first != null
                && !first.equals(here)
                && !KafkaHookHeaders.text(record.headers(), KafkaHookHeaders.REPEATED, "")
                        .isEmpty();
    }
}
