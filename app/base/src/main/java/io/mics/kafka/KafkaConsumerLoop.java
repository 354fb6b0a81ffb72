package io.mics.kafka;

import io.mics.concurrent.CriticalThreads;
import io.mics.concurrent.FatalErrors;
import io.mics.observe.Log;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The thread of one member of a consumer group: reads, submits what was read as tasks, and commits an offset once
 * everything before it is settled. When its membership breaks, it joins again. Never waits for a task.
 */
public final class KafkaConsumerLoop<T> implements AutoCloseable {
    private static final Log LOG = Log.of(KafkaConsumerLoop.class);
    private static final long FAILURE_PAUSE_MILLIS = 1_000;
    private static final long LOG_INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final KafkaConnection connection;
    private final KafkaGroup group;
    private final KafkaTasks<T> tasks;
    private final CountDownLatch stop = new CountDownLatch(1);
    private final Thread thread;

    /** What was said last; of this loop's thread alone. */
    private String lastCause = "";

    private long lastLogNanos;

    /** A loop that reads once it is started. */
    public KafkaConsumerLoop(KafkaConnection connection, KafkaGroup group, KafkaTasks<T> tasks) {
        this.connection = connection;
        this.group = group;
        this.tasks = tasks;
        this.thread = CriticalThreads.unstarted(group.name(), this::run);
    }

    /** Bytes of records that one loop holds at most, in this process. */
    public static long mostBytes() {
        return KafkaGroupMember.MOST_BYTES_OF_ALL;
    }

    /** Begins to read. */
    public void start() {
        thread.start();
    }

    private void run() {
        while (stop.getCount() > 0) {
            try {
                new KafkaGroupMember<>(group.open(connection), group, tasks).readUntil(() -> stop.getCount() == 0);
            } catch (RuntimeException e) {
                FatalErrors.check(e); // the client library wraps errors
                failed(e);
                pause();
            }
        }
    }

    /** The library's own message may be that it could not be constructed; the same cause is said once in a while. */
    private void failed(RuntimeException failure) {
        Throwable root = failure;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        String cause = failure + (failure.getCause() == null ? "" : ": " + root.getMessage());
        long now = System.nanoTime();
        if (!cause.equals(lastCause) || now - lastLogNanos > LOG_INTERVAL_NANOS) {
            LOG.warn("kafka_consumer_failed", "group", group.name(), "cause", cause);
            lastCause = cause;
            lastLogNanos = now;
        }
    }

    private void pause() {
        try {
            boolean unused = stop.await(FAILURE_PAUSE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            LOG.debug("kafka_consumer_interrupted", "group", group.name());
        }
    }

    /** Commits what is settled, leaves the group and ends. */
    @Override
    public void close() {
        stop.countDown();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
