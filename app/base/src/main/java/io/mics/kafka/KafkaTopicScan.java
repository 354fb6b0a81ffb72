package io.mics.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/** Reads what a topic holds, from its beginning to what was its end when the reading began; as often as asked. */
public final class KafkaTopicScan implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(500);
    private static final int FETCH_WAIT_MS = 50;
    private static final Duration SILENCE = Duration.ofSeconds(20);

    private final KafkaConsumer<String, byte[]> consumer;
    private final String topic;

    /** Takes records. */
    public interface Visitor {
        /** Takes one; false ends the reading. */
        boolean visit(ConsumerRecord<String, byte[]> record) throws InterruptedException;
    }

    /** A scan of a topic, by a consumer that belongs to no group and commits nothing. */
    public KafkaTopicScan(KafkaConnection connection, String topic) {
        Map<String, Object> config = KafkaClients.shared(connection);
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG, FETCH_WAIT_MS);
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        this.consumer = new KafkaConsumer<>(config, new StringDeserializer(), new ByteArrayDeserializer());
        this.topic = topic;
    }

    /** Visits every record, those of a partition by age; a topic that does not exist is empty. */
    public void each(Visitor visitor) {
        List<PartitionInfo> infos = consumer.partitionsFor(topic);
        List<TopicPartition> partitions = new ArrayList<>();
        if (infos != null) {
            infos.forEach(info -> partitions.add(new TopicPartition(topic, info.partition())));
        }
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
        try {
            read(ends, visitor);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaException("interrupted", e);
        }
    }

    private void read(Map<TopicPartition, Long> ends, Visitor visitor) throws InterruptedException {
        long lastNanos = System.nanoTime();
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            var records = consumer.poll(POLL);
            if (!records.isEmpty()) {
                lastNanos = System.nanoTime();
            } else if (System.nanoTime() - lastNanos > SILENCE.toNanos()) {
                throw new TimeoutException("nothing came from " + topic);
            }
            for (ConsumerRecord<String, byte[]> record : records) {
                long end = ends.getOrDefault(new TopicPartition(topic, record.partition()), 0L);
                if (record.offset() < end && !visitor.visit(record)) {
                    return;
                }
            }
        }
    }

    @Override
    public void close() {
        consumer.close();
    }
}
