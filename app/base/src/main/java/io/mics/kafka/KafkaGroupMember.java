package io.mics.kafka;

import io.mics.concurrent.HeapShare;
import io.mics.kafka.KafkaTasks.Due;
import io.mics.kafka.PartitionWindow.Waiting;
import io.mics.observe.Log;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

/**
 * One membership of a group: poll, submit, commit what is settled. It never waits for a task: what finds no room stays
 * at the head of its partition, and a partition with too much in hand is paused. Tasks that may not be done twice are
 * submitted only after a commit that says so: its metadata hold up to which offset, since the offset itself waits for
 * the other tasks. Used by one thread.
 */
final class KafkaGroupMember<T> implements ConsumerRebalanceListener {
    private static final Log LOG = Log.of(KafkaGroupMember.class);
    private static final int MOST = 16_384;
    private static final long MOST_BYTES = HeapShare.atMost(16L << 20, 1);
    static final long MOST_BYTES_OF_ALL = HeapShare.atMost(96L << 20, 3);
    private static final long IDLE_MILLIS = 200;
    private static final long NO_ROOM_MILLIS = 10;
    private static final long COMMIT_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long LAG_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final Duration COMMIT_TIMEOUT = Duration.ofSeconds(5);
    private static final int ENTRY_BYTES = 512;
    private static final String ONCE = "once=";
    private static final Pattern OURS = Pattern.compile(ONCE + "\\d{1,18}");

    private final Consumer<String, byte[]> consumer;
    private final KafkaGroup group;
    private final KafkaTasks<T> tasks;
    private final Map<TopicPartition, PartitionWindow<T>> windows = new HashMap<>();
    private long committedNanos = System.nanoTime();
    private long lagNanos = System.nanoTime() - LAG_NANOS;

    KafkaGroupMember(Consumer<String, byte[]> consumer, KafkaGroup group, KafkaTasks<T> tasks) {
        this.consumer = consumer;
        this.group = group;
        this.tasks = tasks;
    }

    /** Reads until {@code stopped} says so; commits what is settled by then and leaves. */
    void readUntil(BooleanSupplier stopped) {
        try {
            consumer.subscribe(group.topics(), this);
            while (!stopped.getAsBoolean()) {
                boolean room = submit();
                take(consumer.poll(Duration.ofMillis(room ? untilDue() : NO_ROOM_MILLIS)));
                holdBack();
                if (System.nanoTime() - committedNanos > COMMIT_NANOS) {
                    commit(windows.keySet());
                    committedNanos = System.nanoTime();
                }
                if (System.nanoTime() - lagNanos > LAG_NANOS) {
                    sayLags();
                    lagNanos = System.nanoTime();
                }
            }
            commit(windows.keySet());
        } finally {
            consumer.close(CloseOptions.timeout(COMMIT_TIMEOUT));
        }
    }

    private void take(ConsumerRecords<String, byte[]> records) {
        Set<TopicPartition> promising = new HashSet<>();
        for (TopicPartition partition : records.partitions()) {
            long first = records.records(partition).getFirst().offset();
            try {
                if (add(partition, records.records(partition))) {
                    promising.add(partition);
                }
            } catch (KafkaException e) {
                rewind(partition, first, e);
            }
        }
        for (TopicPartition partition : promising) {
            long first = records.records(partition).getFirst().offset();
            try {
                promise(partition);
            } catch (KafkaException e) {
                rewind(partition, first, e);
            }
        }
    }

    /** Adds records to a partition's window; says whether some of their tasks may not be done twice. */
    private boolean add(TopicPartition partition, List<ConsumerRecord<String, byte[]>> records) {
        PartitionWindow<T> window = windows.get(partition);
        if (window == null) {
            window = new PartitionWindow<>(onceUpTo(partition));
            windows.put(partition, window);
        }
        KafkaTasks.Decoder<T> decoder = tasks.decoder(partition.topic());
        boolean once = false;
        for (ConsumerRecord<String, byte[]> record : records) {
            List<Due<T>> toDo = new ArrayList<>();
            for (Due<T> due : decoder.tasks(record)) {
                boolean isOnce = tasks.isAtMostOnce(due.task());
                if (!isOnce || record.offset() >= window.onceUpTo()) {
                    toDo.add(due);
                }
                once |= isOnce && record.offset() >= window.onceUpTo();
            }
            int size = record.value() == null ? 0 : record.value().length;
            window.add(record.offset(), size + ENTRY_BYTES, toDo);
        }
        return once;
    }

    /** Up to where the group's members have submitted tasks that may not be done twice. */
    private long onceUpTo(TopicPartition partition) {
        OffsetAndMetadata committed =
                consumer.committed(Set.of(partition), COMMIT_TIMEOUT).get(partition);
        String metadata = committed == null ? "" : committed.metadata();
        return OURS.matcher(metadata).matches() ? Long.parseLong(metadata.substring(ONCE.length())) : 0;
    }

    /** Commits that tasks that may not be done twice are submitted up to what was read: from now on they may be. */
    private void promise(TopicPartition partition) {
        PartitionWindow<T> window = windows.get(partition);
        if (window != null) {
            long settled = window.settledUpTo();
            OffsetAndMetadata promised = new OffsetAndMetadata(settled, ONCE + window.next());
            consumer.commitSync(Map.of(partition, promised), COMMIT_TIMEOUT);
            window.onceUpTo(window.next());
            window.committed(settled);
        }
    }

    /** Reads records again of which nothing was submitted: what had to be known or promised first could not be. */
    private void rewind(TopicPartition partition, long offset, KafkaException cause) {
        LOG.warn(
                "kafka_consumer_rewound",
                "topic",
                partition.topic(),
                "partition",
                partition.partition(),
                "cause",
                cause.toString());
        PartitionWindow<T> window = windows.get(partition);
        if (window != null) {
            window.rewind(offset);
        }
        if (consumer.assignment().contains(partition)) {
            consumer.seek(partition, offset);
        }
    }

    /** Submits what is due; says whether there was room for all of it. */
    private boolean submit() {
        long now = System.currentTimeMillis();
        boolean room = true;
        for (PartitionWindow<T> window : windows.values()) {
            boolean taken = true;
            for (Waiting<T> next = window.due(now); next != null && taken; next = window.due(now)) {
                taken = tasks.submit(next.task(), next.settled());
                if (taken) {
                    window.submitted();
                }
            }
            room &= taken;
        }
        return room;
    }

    private long untilDue() {
        long now = System.currentTimeMillis();
        return windows.values().stream()
                .mapToLong(window -> window.untilDue(now, IDLE_MILLIS))
                .min()
                .orElse(IDLE_MILLIS);
    }

    /** Pauses partitions with too much in hand; while all together have too much, those with anything in hand. */
    private void holdBack() {
        Set<TopicPartition> paused = consumer.paused();
        long all = windows.values().stream().mapToLong(PartitionWindow::bytes).sum();
        windows.forEach((partition, window) -> {
            long settled = window.settledUpTo();
            boolean full = window.size() >= MOST
                    || window.bytes() >= MOST_BYTES
                    || (all >= MOST_BYTES_OF_ALL && settled < window.next());
            if (full && !paused.contains(partition)) {
                consumer.pause(List.of(partition));
            } else if (!full && paused.contains(partition)) {
                consumer.resume(List.of(partition));
            }
        });
    }

    /** Says how far behind each partition is, as far as the last poll knew. */
    private void sayLags() {
        for (TopicPartition partition : consumer.assignment()) {
            PartitionWindow<T> window = windows.get(partition);
            if (window != null) {
                // entries that are settled go
                long unused = window.settledUpTo();
            }
            long lag = consumer.currentLag(partition).orElse(0);
            tasks.lags(partition.topic(), partition.partition(), lag + (window == null ? 0 : window.size()));
        }
    }

    /** Commits what is settled of these partitions; what cannot be committed now is committed with the next. */
    private void commit(Collection<TopicPartition> partitions) {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        for (TopicPartition partition : partitions) {
            PartitionWindow<T> window = windows.get(partition);
            if (window != null && window.isUncommitted()) {
                String once = window.onceUpTo() == 0 ? "" : ONCE + window.onceUpTo();
                offsets.put(partition, new OffsetAndMetadata(window.settledUpTo(), once));
            }
        }
        if (offsets.isEmpty()) {
            return;
        }
        try {
            consumer.commitSync(offsets, COMMIT_TIMEOUT);
            offsets.forEach((partition, offset) -> {
                PartitionWindow<T> window = windows.get(partition);
                if (window != null) {
                    window.committed(offset.offset());
                }
            });
        } catch (KafkaException e) {
            LOG.debug("commit_failed", "group", group.name(), "cause", e.toString());
        }
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        tasks.revoked(partitions);
        commit(partitions);
        windows.keySet().removeAll(partitions);
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
        tasks.revoked(partitions);
        windows.keySet().removeAll(partitions);
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        LOG.debug(
                "partitions_assigned",
                "group",
                group.name(),
                "partitions",
                partitions.stream().map(TopicPartition::toString).toList());
    }
}
