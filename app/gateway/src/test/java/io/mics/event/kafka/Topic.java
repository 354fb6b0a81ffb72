package io.mics.event.kafka;

import io.mics.proto.hook.v1.MqEvent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Reads what is in a topic. */
final class Topic {
    private static final Duration PATIENCE = Duration.ofSeconds(40);

    private Topic() {}

    /** Its records from the beginning, as soon as there are {@code count} of different identity. */
    static List<ConsumerRecord<String, byte[]>> read(String servers, String topic, int count) {
        List<ConsumerRecord<String, byte[]>> found = new ArrayList<>();
        try (KafkaConsumer<String, byte[]> consumer = consumer(servers)) {
            long end = System.nanoTime() + PATIENCE.toNanos();
            while (consumer.partitionsFor(topic).isEmpty() && System.nanoTime() - end < 0) {
                Thread.onSpinWait();
            }
            Collection<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(p -> new TopicPartition(topic, p.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            while (identities(found) < count) {
                if (System.nanoTime() - end > 0) {
                    throw new AssertionError(
                            "only " + identities(found) + " of " + count + " events arrived in " + topic);
                }
                consumer.poll(Duration.ofMillis(100)).forEach(found::add);
            }
        }
        return found;
    }

    private static KafkaConsumer<String, byte[]> consumer(String servers) {
        return new KafkaConsumer<>(
                Map.of("bootstrap.servers", servers, "fetch.max.bytes", 64 << 20, "reconnect.backoff.max.ms", 200),
                new StringDeserializer(),
                new ByteArrayDeserializer());
    }

    static int identities(List<ConsumerRecord<String, byte[]>> records) {
        return (int)
                records.stream().map(r -> header(r, "mics-event-id")).distinct().count();
    }

    /** The message ids of one key, each where it came first. */
    static List<String> ids(List<ConsumerRecord<String, byte[]>> records, String key) {
        return records.stream()
                .filter(r -> r.key().equals(key))
                .map(r -> event(r).getMsgId())
                .distinct()
                .toList();
    }

    static MqEvent event(ConsumerRecord<String, byte[]> record) {
        try {
            return MqEvent.parseFrom(record.value());
        } catch (com.google.protobuf.InvalidProtocolBufferException e) {
            throw new AssertionError(e);
        }
    }

    static String header(ConsumerRecord<String, byte[]> record, String name) {
        var header = record.headers().lastHeader(name);
        return header == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
    }
}
