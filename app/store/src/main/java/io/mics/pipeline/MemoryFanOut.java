package io.mics.pipeline;

import io.mics.conversation.distribution.FanOutTask;
import io.mics.conversation.distribution.LargeGroups;
import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Without Kafka: tasks of large groups in this process, a queue for each tenant. After each chunk the rest of a task
 * goes to the end, so that groups take turns; what waits is lost with the process, and found by its number.
 */
public final class MemoryFanOut implements LargeGroups.Tasks, AutoCloseable {
    private static final int MOST = 4_096;

    private final FanOutChunks chunks;
    private final Metrics metrics;
    private final Map<String, FanOutQueue<FanOutTask>> queues = new ConcurrentHashMap<>();

    /** Tasks served by {@code groups}. */
    public MemoryFanOut(LargeGroups groups, Metrics metrics) {
        this(groups::serve, metrics);
    }

    MemoryFanOut(FanOutChunks.Server server, Metrics metrics) {
        this.chunks = new FanOutChunks(server, metrics);
        this.metrics = metrics;
    }

    @Override
    public boolean add(FanOutTask task) {
        return queues.computeIfAbsent(task.tenant(), this::newQueue).add(task);
    }

    private FanOutQueue<FanOutTask> newQueue(String tenant) {
        FanOutQueue<FanOutTask> queue = new FanOutQueue<>(tenant, MOST, this::serve);
        metrics.gauge(Metric.FANOUT_LAG, queue::size, tenant);
        return queue;
    }

    private void serve(FanOutTask task) throws InterruptedException {
        FanOutTask rest = chunks.serve(task).orElse(null);
        // its own place is free: only tasks that came meanwhile can have taken it
        while (rest != null && !add(rest)) {
            rest = chunks.serve(rest).orElse(null);
        }
    }

    /** Forgets a tenant whose tasks are done. */
    public void forget(String tenant) {
        queues.computeIfPresent(tenant, (id, queue) -> queue.size() == 0 ? null : queue);
    }

    /** Lets chunks in hand end. */
    @Override
    public void close() {
        queues.values().forEach(FanOutQueue::stop);
        try {
            for (FanOutQueue<FanOutTask> queue : queues.values()) {
                var unused = queue.awaitIdle(FanOutQueue.lastNanos());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
