package io.mics.observe;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;

/** The server's meters. Asking twice for the same meter gives the same one. */
public final class Metrics {
    private final Map<List<String>, Counter> counters = new ConcurrentHashMap<>();

    /** The counter of {@code metric} with these label values, in the order the metric declares its labels. */
    public Counter counter(Metric metric, String... labelValues) {
        return counters.computeIfAbsent(key(metric, labelValues), k -> new AdderCounter());
    }

    /** The histogram of {@code metric} with these label values. */
    public Histogram histogram(Metric metric, String... labelValues) {
        return milliseconds -> {};
    }

    /** Exports what {@code value} says at each scrape. */
    public void gauge(Metric metric, LongSupplier value, String... labelValues) {}

    private static List<String> key(Metric metric, String... labelValues) {
        if (labelValues.length != metric.labels().size()) {
            throw new IllegalArgumentException(metric + " has labels " + metric.labels());
        }
        return java.util.stream.Stream.concat(
                        java.util.stream.Stream.of(metric.prometheusName()), java.util.Arrays.stream(labelValues))
                .toList();
    }

    private static final class AdderCounter implements Counter {
        private final LongAdder adder = new LongAdder();

        @Override
        public void add(long n) {
            adder.add(n);
        }

        @Override
        public long value() {
            return adder.sum();
        }
    }
}
