package io.mics.loadtest;

import com.google.protobuf.InvalidProtocolBufferException;
import io.mics.proto.hook.v1.EventType;
import io.mics.proto.hook.v1.MqEvent;
import io.mics.sdk.event.EventHeaders;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * What a tenant's topic holds.
 *
 * @param records  all of them
 * @param distinct of different identity
 * @param disorder messages that stand behind a later one of the same sender
 */
record KafkaTally(long records, long distinct, long disorder) {
    /** Reads a topic to its end; one that does not exist holds nothing. */
    static KafkaTally of(String servers, String topic) throws InvalidProtocolBufferException {
        Map<String, Object> config =
                Map.of("bootstrap.servers", servers, "enable.auto.commit", false, "allow.auto.create.topics", false);
        Counting counting = new Counting();
        try (var consumer = new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .toList();
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(500))) {
                    counting.take(record);
                }
            }
        }
        return new KafkaTally(counting.records, counting.identities.size(), counting.disorder);
    }

    private static final class Counting {
        final Set<String> identities = new HashSet<>();
        final Map<String, String> last = new HashMap<>();
        long records;
        long disorder;

        void take(ConsumerRecord<String, byte[]> record) throws InvalidProtocolBufferException {
            records++;
            byte[] identity = record.headers().lastHeader(EventHeaders.EVENT_ID).value();
            if (!identities.add(new String(identity, StandardCharsets.UTF_8)) || record.value() == null) {
                return;
            }
            MqEvent event = MqEvent.parseFrom(record.value());
            if (event.getEventType() == EventType.SINGLE_CHAT_MSG) {
                String before = last.put(record.key(), event.getMsgId());
                disorder += before != null && before.compareTo(event.getMsgId()) >= 0 ? 1 : 0;
            }
        }
    }
}
