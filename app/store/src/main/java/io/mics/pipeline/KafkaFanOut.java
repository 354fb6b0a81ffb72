package io.mics.pipeline;

import com.google.protobuf.InvalidProtocolBufferException;
import io.mics.concurrent.HeapShare;
import io.mics.conversation.distribution.FanOutTask;
import io.mics.conversation.distribution.LargeGroups;
import io.mics.event.kafka.KafkaHookHeaders;
import io.mics.event.kafka.KafkaHookTopics;
import io.mics.kafka.KafkaConnection;
import io.mics.kafka.KafkaConsumerLoop;
import io.mics.kafka.KafkaGroup;
import io.mics.kafka.KafkaSending;
import io.mics.kafka.KafkaTasks;
import io.mics.kafka.KafkaWriters;
import io.mics.observe.Log;
import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import io.mics.proto.log.v1.FanoutTask;
import io.mics.protocol.ConversationRef;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;

/**
 * Tasks of large groups in the tenants' fan-out topics, by conversation. Whichever node reads one serves a chunk of
 * members and puts the rest back, then settles it: whatever ends in between, another node resumes with the last chunk.
 */
public final class KafkaFanOut implements LargeGroups.Tasks, AutoCloseable {
    private static final Log LOG = Log.of(KafkaFanOut.class);
    private static final String GROUP = "mics-fanout";
    private static final String TASK_TYPE = "task_type";
    private static final String LARGE_GROUP = "large_group_fanout";
    private static final String TRACE = "trace_id";
    private static final String SENDER = "sender";
    private static final long MOST_BYTES = HeapShare.atMost(8L << 20, 1);

    private final String template;
    private final Pattern topics;
    private final FanOutChunks chunks;
    private final KafkaWriters writers;
    private final KafkaLogDeadLetters deadLetters;
    private final Map<TopicPartition, FanOutQueue<Entry>> partitions = new ConcurrentHashMap<>();
    private final KafkaTopicLags lags;
    private final KafkaConsumerLoop<Read> loop;

    /** A record, and its task where it is one. */
    private record Read(ConsumerRecord<String, byte[]> record, Optional<FanOutTask> task) {}

    private record Entry(Read read, Runnable settled) {}

    /**
     * Where tasks are.
     *
     * @param template the tenants' fan-out topics
     * @param isTenant whether a tenant is configured now
     */
    public record Settings(
            KafkaConnection connection, String template, Predicate<String> isTenant, KafkaGroup.Timing timing) {}

    /** Begins to serve tasks by {@code groups}; {@code sending} outlives this. */
    public static KafkaFanOut start(Settings settings, LargeGroups groups, KafkaSending sending, Metrics metrics) {
        return start(settings, groups::serve, sending, metrics);
    }

    static KafkaFanOut start(Settings settings, FanOutChunks.Server server, KafkaSending sending, Metrics metrics) {
        KafkaFanOut fanOut = new KafkaFanOut(settings, server, sending, metrics);
        fanOut.loop.start();
        return fanOut;
    }

    private KafkaFanOut(Settings settings, FanOutChunks.Server server, KafkaSending sending, Metrics metrics) {
        this.template = settings.template();
        this.topics = KafkaHookTopics.pattern(template);
        this.chunks = new FanOutChunks(server, metrics);
        this.lags = new KafkaTopicLags(Metric.FANOUT_LAG, metrics, settings.isTenant());
        this.writers = new KafkaWriters(sending, 0, MOST_BYTES);
        this.deadLetters = new KafkaLogDeadLetters(sending);
        this.loop = new KafkaConsumerLoop<>(
                settings.connection(), new KafkaGroup(GROUP, topics, settings.timing()), new Tasks());
    }

    /** Bytes of tasks that are read or wait to be written at most, in this process. */
    public static long mostBytes() {
        return KafkaConsumerLoop.mostBytes() + MOST_BYTES + KafkaLogDeadLetters.mostBytes();
    }

    @Override
    public boolean add(FanOutTask task) {
        return writers.enqueue(record(task), fate -> {
            if (!(fate instanceof KafkaSending.Fate.Arrived)) {
                LOG.warn("group_left_to_sync", "tenant", task.tenant(), "cause", fate.cause());
            }
        });
    }

    private ProducerRecord<String, byte[]> record(FanOutTask task) {
        Headers headers = new RecordHeaders();
        KafkaHookHeaders.put(headers, TASK_TYPE, LARGE_GROUP);
        KafkaHookHeaders.put(headers, TRACE, task.traceId());
        KafkaHookHeaders.put(headers, SENDER, task.sender());
        byte[] value = FanoutTask.newBuilder()
                .setTenantId(task.tenant())
                .setConversationId(task.group().id())
                .setSeq(task.seq())
                .setMessageId(task.messageId())
                .setResumeAfter(task.resumeAfter())
                .build()
                .toByteArray();
        String topic = KafkaHookTopics.of(template, task.tenant());
        return new ProducerRecord<>(topic, null, task.group().id(), value, headers);
    }

    private static Optional<FanOutTask> read(String tenant, ConsumerRecord<String, byte[]> record) {
        Headers headers = record.headers();
        String sender = KafkaHookHeaders.text(headers, SENDER, "");
        if (record.value() == null
                || sender.isEmpty()
                || !KafkaHookHeaders.text(headers, TASK_TYPE, "").equals(LARGE_GROUP)) {
            return Optional.empty();
        }
        try {
            FanoutTask task = FanoutTask.parseFrom(record.value());
            return task.getTenantId().equals(tenant)
                            && ConversationRef.ofId(task.getConversationId()).orElse(null)
                                    instanceof ConversationRef.Group group
                    ? Optional.of(new FanOutTask(
                            tenant,
                            group,
                            task.getSeq(),
                            task.getMessageId(),
                            sender,
                            KafkaHookHeaders.text(headers, TRACE, ""),
                            task.getResumeAfter()))
                    : Optional.empty();
        } catch (InvalidProtocolBufferException e) {
            return Optional.empty();
        }
    }

    /** What the consumer loop does with records. */
    private final class Tasks implements KafkaTasks<Read> {
        @Override
        public Decoder<Read> decoder(String topic) {
            String tenant = KafkaHookTopics.tenant(topics, topic).orElse("");
            return record -> List.of(new Due<>(new Read(record, read(tenant, record)), 0));
        }

        @Override
        public boolean isAtMostOnce(Read read) {
            return false;
        }

        @Override
        public boolean submit(Read read, Runnable settled) {
            TopicPartition partition =
                    new TopicPartition(read.record().topic(), read.record().partition());
            return partitions
                    .computeIfAbsent(partition, KafkaFanOut.this::newQueue)
                    .add(new Entry(read, settled));
        }

        @Override
        public void lags(String topic, int partition, long records) {
            KafkaHookTopics.tenant(topics, topic)
                    .ifPresent(tenant -> lags.put(tenant, new TopicPartition(topic, partition), records));
        }

        @Override
        public void revoked(Collection<TopicPartition> revoked) {
            List<FanOutQueue<Entry>> queues = new ArrayList<>();
            for (TopicPartition partition : revoked) {
                lags.remove(partition);
                FanOutQueue<Entry> queue = partitions.remove(partition);
                if (queue != null) {
                    queues.add(queue);
                }
            }
            try {
                stop(queues, System.nanoTime() + FanOutQueue.lastNanos());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static void stop(Collection<FanOutQueue<Entry>> queues, long end) throws InterruptedException {
        queues.forEach(FanOutQueue::stop);
        for (FanOutQueue<Entry> queue : queues) {
            var unused = queue.awaitIdle(end - System.nanoTime());
        }
    }

    private FanOutQueue<Entry> newQueue(TopicPartition partition) {
        return new FanOutQueue<>(partition.toString(), Integer.MAX_VALUE, this::serve);
    }

    private void serve(Entry entry) throws InterruptedException {
        Optional<FanOutTask> task = entry.read().task();
        if (task.isEmpty()) {
            deadLetters.put(entry.read().record(), "is no task of a large group", entry.settled());
            return;
        }
        Optional<FanOutTask> rest = chunks.serve(task.get());
        if (rest.isEmpty()) {
            entry.settled().run();
            return;
        }
        writers.put(record(rest.get()), fate -> entry.settled().run());
    }

    /** Lets chunks in hand end, commits what is settled, leaves the group. */
    @Override
    public void close() {
        long end = System.nanoTime() + FanOutQueue.lastNanos();
        try {
            stop(partitions.values(), end);
            writers.flush(end - System.nanoTime());
            deadLetters.flush(end - System.nanoTime());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        loop.close();
        writers.close();
        deadLetters.close();
    }
}
