package io.mics.sdk.event;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.CloseOptions;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RebalanceInProgressException;
import org.apache.kafka.common.header.Header;
import org.jspecify.annotations.Nullable;

/**
 * The consumer's thread: poll, offer for a short while, commit, poll again. A partition with records not handled yet is
 * paused, so that polling goes on, and with it the membership of the group, however long the records take. No other
 * thread touches the Kafka client; an end is asked for by the latch, seen within {@link #IDLE}.
 */
final class KafkaEventLoop implements Runnable, ConsumerRebalanceListener {
    private static final Logger LOG = System.getLogger(KafkaEventLoop.class.getName());
    private static final Duration IDLE = Duration.ofMillis(200);
    private static final long SLICE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);
    private static final Duration COMMIT_TIMEOUT = Duration.ofSeconds(5);
    private static final long PAUSE_AFTER_FAILURE_MILLIS = 1_000;

    private final Consumer<byte[], byte[]> consumer;
    private final EventDispatch dispatch;
    private final Duration firstPause;
    private final Duration longestPause;
    private final CountDownLatch stop;
    private final Map<TopicPartition, Backlog> backlogs = new LinkedHashMap<>();
    private final Map<TopicPartition, OffsetAndMetadata> uncommitted = new HashMap<>();

    KafkaEventLoop(
            Consumer<byte[], byte[]> consumer,
            EventDispatch dispatch,
            Duration firstPause,
            Duration longestPause,
            CountDownLatch stop) {
        this.consumer = consumer;
        this.dispatch = dispatch;
        this.firstPause = firstPause;
        this.longestPause = longestPause;
        this.stop = stop;
    }

    @Override
    public void run() {
        try {
            while (!stopped()) {
                round();
            }
        } finally {
            leave();
        }
    }

    private void leave() {
        try {
            Thread.interrupted(); // the client would not commit nor leave otherwise
            commit(uncommitted);
            consumer.close(CloseOptions.timeout(COMMIT_TIMEOUT));
        } catch (KafkaException e) {
            LOG.log(Level.WARNING, "left the group without telling it", e);
        }
    }

    private void round() {
        try {
            take(consumer.poll(untilNextOffer()));
            handleForAWhile();
            commit(uncommitted);
        } catch (RuntimeException e) {
            Thread.interrupted(); // a handler may have left it set; ours is the latch
            if (!stopped()) {
                LOG.log(Level.WARNING, "Kafka cannot be read, trying again", e);
                pauseAfterFailure();
            }
        }
    }

    private void take(ConsumerRecords<byte[], byte[]> records) {
        for (TopicPartition partition : records.partitions()) {
            Backlog backlog = backlogs.computeIfAbsent(partition, p -> new Backlog(firstPause, longestPause));
            records.records(partition).forEach(each -> backlog.add(raw(each)));
            consumer.pause(List.of(partition));
        }
    }

    /** One record of each partition in turn, so that a partition with many delays none with few. */
    private void handleForAWhile() {
        long end = System.nanoTime() + SLICE_NANOS;
        boolean offered = true;
        while (offered && !stopped() && System.nanoTime() - end < 0) {
            offered = false;
            for (TopicPartition partition : List.copyOf(backlogs.keySet())) {
                offered |= !stopped() && offerHead(partition);
            }
        }
    }

    private boolean offerHead(TopicPartition partition) {
        Backlog backlog = backlogs.get(partition);
        if (backlog == null || backlog.waitNanos() > 0) {
            return false;
        }
        RawEvent head = backlog.head();
        if (!dispatch.offer(head)) {
            backlog.headFailed();
            return true;
        }
        backlog.headDone();
        uncommitted.put(partition, new OffsetAndMetadata(head.position().offset() + 1));
        if (backlog.isEmpty()) {
            backlogs.remove(partition);
            consumer.resume(List.of(partition));
        }
        return true;
    }

    /** Commits and forgets what it committed; what it could not stays for the next time. */
    private void commit(Map<TopicPartition, OffsetAndMetadata> offsets) {
        if (offsets.isEmpty()) {
            return;
        }
        try {
            consumer.commitSync(Map.copyOf(offsets), COMMIT_TIMEOUT);
            Map.copyOf(offsets).forEach(uncommitted::remove);
        } catch (RebalanceInProgressException poll) {
            LOG.log(Level.DEBUG, "committed with the rebalance, in the next poll");
        } catch (KafkaException e) {
            LOG.log(Level.WARNING, "cannot commit yet; events handled since the last commit may come again", e);
        }
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
        Map<TopicPartition, OffsetAndMetadata> leaving = new HashMap<>(uncommitted);
        leaving.keySet().retainAll(partitions);
        commit(leaving);
        onPartitionsLost(partitions);
    }

    @Override
    public void onPartitionsLost(Collection<TopicPartition> partitions) {
        backlogs.keySet().removeAll(partitions);
        uncommitted.keySet().removeAll(partitions);
    }

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
        LOG.log(Level.DEBUG, "assigned {0}", partitions);
    }

    private Duration untilNextOffer() {
        long nanos = IDLE.toNanos();
        for (Backlog backlog : backlogs.values()) {
            nanos = Math.min(nanos, backlog.waitNanos());
        }
        return Duration.ofNanos(Math.max(0, nanos));
    }

    private boolean stopped() {
        return stop.getCount() == 0;
    }

    private void pauseAfterFailure() {
        try {
            if (stop.await(PAUSE_AFTER_FAILURE_MILLIS, TimeUnit.MILLISECONDS)) {
                LOG.log(Level.DEBUG, "closed meanwhile");
            }
        } catch (InterruptedException e) {
            LOG.log(Level.DEBUG, "interrupted; the latch says whether to end");
        }
    }

    private static RawEvent raw(ConsumerRecord<byte[], byte[]> each) {
        byte @Nullable [] value = each.value();
        return new RawEvent(
                new Position(each.topic(), each.partition(), each.offset()),
                value == null ? null : bytes(value),
                header(each, EventHeaders.EVENT_ID),
                header(each, EventHeaders.TRACEPARENT),
                header(each, EventHeaders.FEATURE_VERSION),
                header(each, EventHeaders.SESSION_ID));
    }

    private static ByteString bytes(byte[] value) {
        return UnsafeByteOperations.unsafeWrap(value); // nobody else holds the array
    }

    private static @Nullable String header(ConsumerRecord<byte[], byte[]> each, String name) {
        Header header = each.headers().lastHeader(name);
        return header == null || header.value() == null ? null : new String(header.value(), StandardCharsets.UTF_8);
    }
}
