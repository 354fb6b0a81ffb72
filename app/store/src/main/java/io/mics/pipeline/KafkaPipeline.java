package io.mics.pipeline;

import io.mics.event.kafka.KafkaHookTopics;
import io.mics.kafka.KafkaConnection;
import io.mics.kafka.KafkaConsumerLoop;
import io.mics.kafka.KafkaGroup;
import io.mics.kafka.KafkaSending;
import io.mics.kafka.KafkaTasks;
import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import io.mics.store.MessageWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Reads the upstream topics of all tenants, as one member of a consumer group, and has a {@link PartitionWriter} store
 * what is in each partition. An offset is committed once everything before it is stored, published and handed to the
 * distribution, or is in the dead letters; what is read twice is recognised by the database. A partition that goes to
 * another member is left when its batch in hand is done.
 */
public final class KafkaPipeline implements AutoCloseable {
    private static final String GROUP = "mics-pipeline";
    private static final long HANDOVER_NANOS = TimeUnit.SECONDS.toNanos(3);
    private static final long DISTRIBUTED_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long STOP_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final Pattern topics;
    private final PartitionWriter.Steps steps;
    private final KafkaLogDeadLetters deadLetters;
    private final Metrics metrics;
    private final Map<Partition, PartitionWriter> partitions = new ConcurrentHashMap<>();
    private final Map<String, Map<Partition, Long>> lags = new ConcurrentHashMap<>();
    private final KafkaConsumerLoop<Task> loop;
    private volatile boolean closing;

    private record Partition(String topic, int number) {}

    private record Task(Partition partition, ConsumerRecord<String, byte[]> record, LogRecords.Read read) {}

    /**
     * How it reads.
     *
     * @param template the tenants' upstream topics
     * @param writers  transactions at a time; half of them of one tenant at most
     */
    public record Settings(KafkaConnection connection, String template, int writers, KafkaGroup.Timing timing) {
        /** How a node reads: everything that a partition holds, however old. */
        public static final KafkaGroup.Timing TIMING =
                new KafkaGroup.Timing(Duration.ofSeconds(5), Duration.ofSeconds(10), KafkaGroup.Timing.EVER);
    }

    /** Where messages go; all of it outlives this. */
    public record Ports(MessageWriter writer, PersistedEvents events, DistributionQueues distribution) {}

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
                PipelineMeters.of(metrics));
        this.deadLetters = new KafkaLogDeadLetters(sending);
        this.metrics = metrics;
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
                            new Partition(topic, record.partition()),
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
                    .ifPresent(tenant -> lags.computeIfAbsent(tenant, KafkaPipeline.this::newLags)
                            .put(new Partition(topic, partition), records));
        }

        @Override
        public void revoked(String topic, int number) {
            Partition partition = new Partition(topic, number);
            lags.values().forEach(each -> each.remove(partition));
            PartitionWriter writer = partitions.remove(partition);
            if (writer != null) {
                writer.stop();
                try {
                    writer.awaitIdle(HANDOVER_NANOS);
                    // what the next owner distributes comes after what this one has in hand
                    steps.distribution().flush(DISTRIBUTED_NANOS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    private PartitionWriter newWriter(Partition partition) {
        return new PartitionWriter(
                partition.topic() + "-" + partition.number(),
                KafkaHookTopics.tenant(topics, partition.topic()).orElse(""),
                steps);
    }

    private Map<Partition, Long> newLags(String tenant) {
        Map<Partition, Long> ofTenant = new ConcurrentHashMap<>();
        metrics.gauge(
                Metric.PIPELINE_LAG,
                () -> ofTenant.values().stream().mapToLong(Long::longValue).sum(),
                tenant);
        return ofTenant;
    }

    /** Messages that are read and not settled, of all tenants, and those behind them, as far as is known. */
    public long lag() {
        return lags.values().stream()
                .flatMap(each -> each.values().stream())
                .mapToLong(Long::longValue)
                .sum();
    }

    /** Forgets a tenant: its lag is not counted any more. */
    public void forget(String tenant) {
        lags.remove(tenant);
    }

    /** Lets batches in hand end, for five seconds, commits what is settled, leaves the group. */
    @Override
    public void close() {
        closing = true;
        partitions.values().forEach(PartitionWriter::stop);
        long end = System.nanoTime() + STOP_NANOS;
        try {
            for (PartitionWriter writer : partitions.values()) {
                writer.awaitIdle(end - System.nanoTime());
            }
            steps.events().flush(end - System.nanoTime());
            deadLetters.flush(end - System.nanoTime());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        loop.close();
        deadLetters.close();
    }
}
