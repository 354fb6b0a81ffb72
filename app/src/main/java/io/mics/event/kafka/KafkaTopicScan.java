package io.mics.event.kafka;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/** Reads what a topic holds, from its beginning to what was its end when the reading began; as often as asked. */
final class KafkaTopicScan implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration SILENCE = Duration.ofSeconds(20);

    private final KafkaConsumer<String, byte[]> consumer;
    private final String topic;

    /** Takes records. */
    interface Visitor {
        /** Takes one; false ends the reading. */
        boolean visit(ConsumerRecord<String, byte[]> record) throws InterruptedException;
    }

    KafkaTopicScan(KafkaSettings settings, String topic) {
        this.consumer = KafkaClients.reader(settings);
        this.topic = topic;
    }

    /** Visits every record, those of a partition by age; a topic that does not exist is empty. */
    void each(Visitor visitor) {
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
        long heard = System.nanoTime();
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            var records = consumer.poll(POLL);
            if (!records.isEmpty()) {
                heard = System.nanoTime();
            } else if (System.nanoTime() - heard > SILENCE.toNanos()) {
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
