package io.mics.hook.dispatch.kafka;

import io.mics.concurrent.HeapShare;
import io.mics.event.kafka.KafkaHookTopics;
import io.mics.hook.dispatch.HookDispatcher;
import io.mics.hook.dispatch.Submission;
import io.mics.hook.dispatch.kafka.PartitionWindow.Due;
import io.mics.hook.dispatch.kafka.PartitionWindow.Waiting;
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
import java.util.function.Predicate;
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
 * One member of a role's group: poll, offer, commit what is settled. It never waits for a hook: what the dispatcher has
 * no room for stays at the head of its partition, and a partition with too much in hand is paused. Hooks that may not
 * be told twice are told only after a commit that says so: its metadata hold up to which offset, since the offset
 * itself waits for the other hooks. Used by one thread.
 */
final class KafkaHookReader implements ConsumerRebalanceListener {
    private static final Log LOG = Log.of(KafkaHookReader.class);
    private static final int MOST = 16_384;
    private static final long MOST_BYTES = HeapShare.atMost(16L << 20, 1);
    static final long MOST_BYTES_OF_ALL = HeapShare.atMost(96L << 20, 3);
    private static final long IDLE_MILLIS = 200;
    private static final long NO_ROOM_MILLIS = 10;
    private static final long COMMIT_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final Duration COMMIT_TIMEOUT = Duration.ofSeconds(5);
    private static final int ENTRY_BYTES = 512;
    private static final String ONCE = "once=";
    private static final Pattern OURS = Pattern.compile(ONCE + "\\d{1,18}");

    private final Consumer<String, byte[]> consumer;
    private final KafkaRole role;
    private final Pattern topics;
    private final HookDispatcher dispatcher;
    private final Predicate<String> isTenant;
    private final Map<TopicPartition, PartitionWindow> windows = new HashMap<>();
    private long committedNanos = System.nanoTime();

    KafkaHookReader(
            Consumer<String, byte[]> consumer, KafkaRole role, HookDispatcher dispatcher, Predicate<String> isTenant) {
        this.consumer = consumer;
        this.role = role;
        this.topics = KafkaHookTopics.pattern(role.template());
        this.dispatcher = dispatcher;
        this.isTenant = isTenant;
    }

    /** Reads until told to stop; commits what is settled by then and leaves. */
    void readUntil(BooleanSupplier stopped) {
        try {
            consumer.subscribe(topics, this);
            while (!stopped.getAsBoolean()) {
                boolean room = offer();
                take(consumer.poll(Duration.ofMillis(room ? untilDue() : NO_ROOM_MILLIS)));
                holdBack();
                if (System.nanoTime() - committedNanos > COMMIT_NANOS) {
                    commit(windows.keySet());
                    committedNanos = System.nanoTime();
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

    /** Adds records to a partition's window; says whether hooks that may not be told twice are among those to tell. */
    private boolean add(TopicPartition partition, List<ConsumerRecord<String, byte[]>> records) {
        PartitionWindow window = windows.get(partition);
        if (window == null) {
            window = new PartitionWindow(onceUpTo(partition));
            windows.put(partition, window);
        }
        String tenant = KafkaHookTopics.tenant(topics, partition.topic()).orElse("");
        boolean known = isTenant.test(tenant);
        boolean once = false;
        for (ConsumerRecord<String, byte[]> record : records) {
            List<Due> tasks = new ArrayList<>();
            for (Due due : known && record.value() != null ? role.reader().tasks(tenant, record) : List.<Due>of()) {
                boolean isOnce = dispatcher.isOnce(due.task());
                if (!isOnce || record.offset() >= window.onceUpTo()) {
                    tasks.add(due);
                }
                once |= isOnce && record.offset() >= window.onceUpTo();
            }
            int size = record.value() == null ? 0 : record.value().length;
            window.add(record.offset(), size + ENTRY_BYTES, tasks);
        }
        return once;
    }

    /** Up to where the group's members have told hooks that may not be told twice. */
    private long onceUpTo(TopicPartition partition) {
        OffsetAndMetadata committed =
                consumer.committed(Set.of(partition), COMMIT_TIMEOUT).get(partition);
        String metadata = committed == null ? "" : committed.metadata();
        return OURS.matcher(metadata).matches() ? Long.parseLong(metadata.substring(ONCE.length())) : 0;
    }

    /**
     * Commits that all that was read of a partition is told to hooks that may not be told twice: from now on it may be.
     */
    private void promise(TopicPartition partition) {
        PartitionWindow window = windows.get(partition);
        if (window != null) {
            long settled = window.settledUpTo();
            OffsetAndMetadata promised = new OffsetAndMetadata(settled, ONCE + window.next());
            consumer.commitSync(Map.of(partition, promised), COMMIT_TIMEOUT);
            window.onceUpTo(window.next());
            window.committed(settled);
        }
    }

    /** Reads records again of which nothing was told: what had to be known or promised first could not be. */
    private void rewind(TopicPartition partition, long offset, KafkaException cause) {
        LOG.warn(
                "hook_consumer_rewound",
                "topic",
                partition.topic(),
                "partition",
                partition.partition(),
                "cause",
                cause.toString());
        PartitionWindow window = windows.get(partition);
        if (window != null) {
            window.rewind(offset);
        }
        if (consumer.assignment().contains(partition)) {
            consumer.seek(partition, offset);
        }
    }

    /** Offers what is due; says whether there was room for all of it. */
    private boolean offer() {
        long now = System.currentTimeMillis();
        boolean room = true;
        for (PartitionWindow window : windows.values()) {
            boolean taken = true;
            for (Waiting next = window.due(now); next != null && taken; next = window.due(now)) {
                taken = dispatcher.submit(next.task(), next.settled()) == Submission.ACCEPTED;
                if (taken) {
                    window.offered();
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

    /** BackoffSchedule partitions with too much in hand; while all together have, those with anything in hand. */
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

    /** Commits what is settled of these partitions; what cannot be committed now is committed with the next. */
    private void commit(Collection<TopicPartition> partitions) {
        Map<TopicPartition, OffsetAndMetadata> offsets = new HashMap<>();
        for (TopicPartition partition : partitions) {
            PartitionWindow window = windows.get(partition);
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
                PartitionWindow window = windows.get(partition);
                if (window != null) {
                    window.committed(offset.offset());
                }
            });
        } catch (KafkaException e) {
            LOG.debug("commit_failed", "group", role.group(), "cause", e.toString());
        }
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        commit(partitions);
        onPartitionsLost(partitions);
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
        windows.keySet().removeAll(partitions);
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        LOG.debug(
                "partitions_assigned",
                "group",
                role.group(),
                "partitions",
                partitions.stream().map(TopicPartition::toString).toList());
    }
}
