package io.mics.pipeline;

import io.mics.event.kafka.KafkaHookTopics;
import io.mics.kafka.KafkaConnection;
import io.mics.kafka.KafkaConsumerLoop;
import io.mics.kafka.KafkaGroup;
import io.mics.kafka.KafkaSending;
import io.mics.kafka.KafkaTasks;
import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import io.mics.observe.TraceBuffer;
import io.mics.pipeline.log.LogRecords;
import io.mics.store.MessageWriter;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.TopicPartition;

/**
 * Reads the upstream topics of all tenants, as one member of a consumer group, and has a {@link PartitionWriter} store
 * what is in each partition. An offset is committed once everything before it is stored, published and distributed
 * or left to sync, or is in the dead letters; what is read twice is recognised by the database. Partitions that go to
 * other members are left when their batches in hand are done.
 */
public final class KafkaPipeline implements AutoCloseable {
    private static final String GROUP = "mics-pipeline";
    private static final long HANDOVER_NANOS = TimeUnit.SECONDS.toNanos(3);
    private static final long STOP_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final Pattern topics;
    private final PartitionWriter.Steps steps;
    private final KafkaLogDeadLetters deadLetters;
    private final Map<TopicPartition, PartitionWriter> partitions = new ConcurrentHashMap<>();
    private final KafkaTopicLags lags;
    private final KafkaConsumerLoop<Task> loop;
    private volatile boolean closing;

    private record Task(TopicPartition partition, ConsumerRecord<String, byte[]> record, LogRecords.Read read) {}

    /**
     * How it reads.
     *
     * @param template the tenants' upstream topics
     * @param isTenant whether a tenant is configured now: what its log holds is stored even when it is not any more
     * @param writers  transactions at a time; half of them of one tenant at most
     */
    public record Settings(
            KafkaConnection connection,
            String template,
            Predicate<String> isTenant,
            int writers,
            KafkaGroup.Timing timing) {
        /** How a node reads: everything that a partition holds, however old. */
        public static final KafkaGroup.Timing TIMING =
                new KafkaGroup.Timing(Duration.ofSeconds(5), Duration.ofSeconds(10), KafkaGroup.Timing.EVER);
    }

    /** Where messages go; all of it outlives this. */
    public record Ports(
            MessageWriter writer, PersistedEvents events, DistributionQueues distribution, TraceBuffer traces) {}

    /**
     * Begins to read.
     *
     * @param sending takes dead letters, and outlives this
     */
    public static KafkaPipeline start(Settings settings, Ports ports, KafkaSending sending, Metrics metrics) {
        KafkaPipeline pipeline = new KafkaPipeline(settings, ports, sending, metrics);
        pipeline.loop.start();
        return pipeline;
    }

    private KafkaPipeline(Settings settings, Ports ports, KafkaSending sending, Metrics metrics) {
        this.topics = KafkaHookTopics.pattern(settings.template());
        this.steps = new PartitionWriter.Steps(
                ports.writer(),
                ports.events(),
                ports.distribution(),
                new TenantPermits(settings.writers()),
                PipelineMeters.of(metrics),
                ports.traces());
        this.deadLetters = new KafkaLogDeadLetters(sending);
        this.lags = new KafkaTopicLags(Metric.PIPELINE_LAG, metrics, settings.isTenant());
        this.loop = new KafkaConsumerLoop<>(
                settings.connection(), new KafkaGroup(GROUP, topics, settings.timing()), new Upstream());
    }

    /** Bytes of records that are read, or wait for the dead letters, at most, in this process. */
    public static long mostBytes() {
        return KafkaConsumerLoop.mostBytes() + KafkaLogDeadLetters.mostBytes();
    }

    /** What the consumer loop does with records. */
    private final class Upstream implements KafkaTasks<Task> {
        @Override
        public Decoder<Task> decoder(String topic) {
            String tenant = KafkaHookTopics.tenant(topics, topic).orElse("");
            return record -> List.of(new Due<>(
                    new Task(
                            new TopicPartition(topic, record.partition()),
                            record,
                            record.value() == null
                                    ? new LogRecords.Read.Unreadable("has no value")
                                    : LogRecords.read(tenant, record.value())),
                    0));
        }

        @Override
        public boolean isAtMostOnce(Task task) {
            return false;
        }

        @Override
        public boolean submit(Task task, Runnable settled) {
            if (closing) {
                return false;
            }
            ConsumerRecord<String, byte[]> record = task.record();
            partitions
                    .computeIfAbsent(task.partition(), KafkaPipeline.this::newWriter)
                    .add(new PartitionWriter.Entry(
                            task.read(),
                            record.value() == null ? 0 : record.value().length,
                            (cause, safe) -> deadLetters.put(record, cause, safe),
                            settled));
            return true;
        }

        @Override
        public void lags(String topic, int partition, long records) {
            KafkaHookTopics.tenant(topics, topic)
                    .ifPresent(tenant -> lags.put(tenant, new TopicPartition(topic, partition), records));
        }

        @Override
        public void revoked(Collection<TopicPartition> revoked) {
            List<PartitionWriter> writers = new ArrayList<>();
            for (TopicPartition partition : revoked) {
                lags.remove(partition);
                PartitionWriter writer = partitions.remove(partition);
                if (writer != null) {
                    writers.add(writer);
                }
            }
            if (writers.isEmpty()) {
                return;
            }
            long end = System.nanoTime() + HANDOVER_NANOS;
            try {
                PartitionWriter.stop(writers, HANDOVER_NANOS);
                // what the next owner distributes comes after what this one has in hand
                steps.distribution().flush(end - System.nanoTime());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private PartitionWriter newWriter(TopicPartition partition) {
        return new PartitionWriter(
                partition.toString(),
                KafkaHookTopics.tenant(topics, partition.topic()).orElse(""),
                steps);
    }

    /** Messages of a tenant that are not settled: those that are read, and those behind them, as far as is known. */
    long lag(String tenant) {
        return lags.of(tenant);
    }

    /** Lets batches in hand end and be distributed, for five seconds, commits what is settled, leaves the group. */
    @Override
    public void close() {
        closing = true;
        long end = System.nanoTime() + STOP_NANOS;
        try {
            PartitionWriter.stop(partitions.values(), STOP_NANOS);
            steps.events().flush(end - System.nanoTime());
            deadLetters.flush(end - System.nanoTime());
            steps.distribution().flush(end - System.nanoTime());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        loop.close();
        deadLetters.close();
    }
}
