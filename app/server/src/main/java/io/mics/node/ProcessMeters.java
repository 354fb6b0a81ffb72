package io.mics.node;

import io.mics.lifecycle.Arguments;
import io.mics.listener.Descriptors;
import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.function.ToLongFunction;

/** What the process takes of its machine. Asked at each scrape, and nothing before the first. */
final class ProcessMeters {
    private ProcessMeters() {}

    /** Makes the series of {@code node} exist. */
    static void add(Metrics metrics, String node) {
        metrics.gauge(Metric.HEAP_USED, () -> heapUsed(Runtime.getRuntime()), node);
        metrics.gauge(Metric.HEAP_LIMIT, Runtime.getRuntime()::maxMemory, node);
        metrics.total(Metric.GC_PAUSES, () -> ofPauses(GarbageCollectorMXBean::getCollectionCount), node);
        metrics.total(Metric.GC_PAUSE_TIME, () -> ofPauses(GarbageCollectorMXBean::getCollectionTime), node);
        metrics.gauge(
                Metric.PLATFORM_THREADS,
                () -> ManagementFactory.getThreadMXBean().getThreadCount(),
                node);
        metrics.total(Metric.CPU_TIME, ProcessMeters::cpuMillis, node);
        metrics.gauge(Metric.OPEN_FILES, Descriptors::open, node);
        metrics.gauge(Metric.OPEN_FILES_LIMIT, Descriptors::limit, node);
        metrics.gauge(Metric.UPTIME, () -> ManagementFactory.getRuntimeMXBean().getUptime() / 1_000, node);
        metrics.gauge(
                Metric.BUILD_INFO,
                () -> 1,
                node,
                Arguments.version(),
                Runtime.version().toString());
    }

    private static long heapUsed(Runtime runtime) {
        return runtime.totalMemory() - runtime.freeMemory();
    }

    /** Concurrent collectors count cycles, during which threads run, beside pauses. One that does not know says -1. */
    private static long ofPauses(ToLongFunction<GarbageCollectorMXBean> value) {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .filter(collector -> !collector.getName().endsWith("Cycles"))
                .mapToLong(collector -> Math.max(0, value.applyAsLong(collector)))
                .sum();
    }

    private static long cpuMillis() {
        return ProcessHandle.current()
                .info()
                .totalCpuDuration()
                .map(Duration::toMillis)
                .orElse(0L);
    }
}
