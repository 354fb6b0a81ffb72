package io.mics.pipeline;

import io.mics.concurrent.CriticalThreads;
import io.mics.conversation.NewMessage;
import io.mics.conversation.distribution.StoredTrace;
import io.mics.observe.Log;
import io.mics.observe.Metrics;
import io.mics.observe.TraceBuffer;
import io.mics.pipeline.log.LogRecords;
import io.mics.store.MessageWriter;
import io.mics.store.Written;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Stores what was read of one partition, in order: what is there goes in one transaction, without waiting for more. A
 * batch that the database does not take is written again until it is, while other partitions go on. What is stored is
 * published and distributed, then settled; whatever ends in between is read again. Its virtual
 * thread exists while there is something.
 */
final class PartitionWriter {
    private static final Log LOG = Log.of(PartitionWriter.class);
    private static final long FIRST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final long LONGEST_PAUSE_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long LOG_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final String name;
    private final String tenant;
    private final Steps steps;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<Entry> waiting = new ArrayDeque<>();
    private @Nullable Thread thread;
    private boolean stopped;
    private long loggedNanos = System.nanoTime() - LOG_NANOS;

    /** What a writer hands messages to, the same for all partitions. */
    record Steps(
            MessageWriter writer,
            PersistedEvents events,
            DistributionQueues distribution,
            TenantPermits permits,
            Metrics.PerTenant<PipelineMeters> meters,
            TraceBuffer traces) {}

    /** Takes a record that cannot be stored to the dead letters. */
    interface DeadLettering {
        /** Waits for room; {@code safe} is called once the record is there. */
        void put(String cause, Runnable safe) throws InterruptedException;
    }

    /**
     * One record.
     *
     * @param bytes   of its value
     * @param settled to be called once nothing of it is left to do
     */
    record Entry(LogRecords.Read read, int bytes, DeadLettering dead, Runnable settled) {}

    PartitionWriter(String name, String tenant, Steps steps) {
        this.name = name;
        this.tenant = tenant;
        this.steps = steps;
    }

    /** Takes a record; how many wait is up to who reads the partition. */
    void add(Entry entry) {
        lock.lock();
        try {
            if (stopped) {
                return;
            }
            waiting.add(entry);
            if (thread == null) {
                thread = CriticalThreads.start("store-" + name, this::work);
            }
        } finally {
            lock.unlock();
        }
    }

    private void work() {
        try {
            for (List<Entry> batch = take(); !batch.isEmpty(); batch = take()) {
                store(batch);
            }
        } catch (InterruptedException e) {
            ended();
        }
    }

    private void ended() {
        lock.lock();
        try {
            stopped = true;
            thread = null;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** What is there, as far as it fits one transaction; nothing ends the thread. */
    private List<Entry> take() {
        lock.lock();
        try {
            List<Entry> batch = new ArrayList<>();
            long bytes = 0;
            while (!stopped && !waiting.isEmpty() && batch.size() < MessageWriter.MOST_MESSAGES) {
                bytes += waiting.element().bytes();
                if (bytes > MessageWriter.MOST_BYTES && !batch.isEmpty()) {
                    break;
                }
                batch.add(waiting.remove());
            }
            if (batch.isEmpty()) {
                thread = null;
                changed.signalAll();
            }
            return batch;
        } finally {
            lock.unlock();
        }
    }

    private void store(List<Entry> batch) throws InterruptedException {
        List<NewMessage> messages = new ArrayList<>(batch.size());
        for (Entry entry : batch) {
            if (entry.read() instanceof LogRecords.Read.Message readable) {
                messages.add(readable.message());
            }
        }
        List<Written> written = messages.isEmpty() ? List.of() : write(messages);
        PipelineMeters count = steps.meters().of(tenant);
        int next = 0;
        for (Entry entry : batch) {
            switch (entry.read()) {
                case LogRecords.Read.Message readable ->
                    settle(entry, readable.message(), written.get(next++), messages.size());
                case LogRecords.Read.Unreadable unreadable -> {
                    count.unreadable.increment();
                    dead(entry, unreadable.cause());
                }
            }
        }
    }

    /** Writes a batch until the database takes it. */
    private List<Written> write(List<NewMessage> messages) throws InterruptedException {
        PipelineMeters count = steps.meters().of(tenant);
        for (int failures = 0; ; failures++) {
            String cause;
            steps.permits().acquire(tenant);
            long start = System.nanoTime();
            try {
                switch (steps.writer().write(messages)) {
                    case MessageWriter.Result.Committed committed -> {
                        count.commit.recordSince(start);
                        count.batches.increment();
                        return committed.written();
                    }
                    case MessageWriter.Result.NotCommitted not -> cause = not.cause();
                    case MessageWriter.Result.Unknown unknown -> cause = unknown.cause();
                }
            } catch (RuntimeException e) {
                LOG.error("batch_failed", e, "tenant", tenant, "partition", name);
                cause = "" + e;
            } finally {
                steps.permits().release(tenant);
            }
            count.retries.increment();
            log(cause);
            pause(Math.min(LONGEST_PAUSE_NANOS, FIRST_PAUSE_NANOS << Math.min(failures, 10)));
        }
    }

    private void log(String cause) {
        long now = System.nanoTime();
        if (now - loggedNanos >= LOG_NANOS) {
            loggedNanos = now;
            LOG.warn("batch_not_stored", "tenant", tenant, "partition", name, "cause", cause);
        }
    }

    private void pause(long nanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = nanos;
            while (!stopped && left > 0) {
                left = changed.awaitNanos(left);
            }
            if (stopped) {
                throw new InterruptedException("stopped");
            }
        } finally {
            lock.unlock();
        }
    }

    private void settle(Entry entry, NewMessage message, Written written, int batch) throws InterruptedException {
        PipelineMeters count = steps.meters().of(tenant);
        switch (written) {
            case Written.Stored stored -> {
                (stored.duplicate() ? count.duplicate : count.stored).increment();
                StoredTrace trace = new StoredTrace(stored.message(), name, batch, stored.duplicate());
                steps.traces().note(tenant, trace);
                handOn(entry, message, stored, trace);
            }
            case Written.Refused refused -> {
                count.refused.increment();
                dead(entry, refused.cause());
            }
        }
    }

    /** A defect in what a stored message is handed to must not hold its partition back for ever: it is stored. */
    private void handOn(Entry entry, NewMessage message, Written.Stored stored, StoredTrace trace)
            throws InterruptedException {
        AtomicInteger open = new AtomicInteger(2);
        Runnable step = () -> {
            if (open.decrementAndGet() == 0) {
                entry.settled().run();
            }
        };
        try {
            steps.events().publish(message, stored.message(), stored.duplicate(), () -> {
                trace.published();
                step.run();
            });
            steps.distribution().add(message, stored.message(), true, stored.duplicate(), outcome -> {
                trace.distributed(outcome);
                step.run();
            });
        } catch (RuntimeException e) {
            LOG.error("stored_message_not_handed_on", e, "tenant", tenant, "traceId", message.traceId());
            if (open.getAndSet(Integer.MIN_VALUE) > 0) {
                entry.settled().run();
            }
        }
    }

    private void dead(Entry entry, String cause) throws InterruptedException {
        LOG.warn("log_record_dead_lettered", "tenant", tenant, "partition", name, "cause", cause);
        entry.dead().put(cause, entry.settled());
    }

    /** Stops all of these, then waits until no batch of theirs is in hand, for {@code nanos} at most together. */
    static void stop(Collection<PartitionWriter> writers, long nanos) throws InterruptedException {
        long end = System.nanoTime() + nanos;
        writers.forEach(PartitionWriter::stop);
        for (PartitionWriter writer : writers) {
            writer.awaitIdle(end - System.nanoTime());
        }
    }

    /** Takes nothing more, lets the batch in hand end, and forgets what waits. */
    void stop() {
        lock.lock();
        try {
            stopped = true;
            waiting.clear();
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until no batch is in hand, for {@code nanos} at most. */
    void awaitIdle(long nanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = nanos;
            while (thread != null && left > 0) {
                left = changed.awaitNanos(left);
            }
        } finally {
            lock.unlock();
        }
    }
}
