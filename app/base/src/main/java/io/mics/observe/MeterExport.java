package io.mics.observe;

import io.helidon.config.Config;
import io.helidon.metrics.api.DistributionStatisticsConfig;
import io.helidon.metrics.api.DistributionSummary;
import io.helidon.metrics.api.FunctionalCounter;
import io.helidon.metrics.api.Gauge;
import io.helidon.metrics.api.Meter;
import io.helidon.metrics.api.MeterRegistry;
import io.helidon.metrics.api.MetricsConfig;
import io.helidon.metrics.api.MetricsFactory;
import io.helidon.metrics.api.ScopeConfig;
import io.helidon.metrics.api.ScopingConfig;
import io.helidon.metrics.api.Tag;
import io.mics.observe.Metrics.MeterKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;

/**
 * The process's series, as Helidon's one registry exports them. A series may have several sources (nodes that share a
 * process): their values are added up, and it ends with its last source. Safe on any thread.
 */
final class MeterExport {
    /** Upper bounds of the histograms' buckets, in milliseconds where they are of durations. */
    static final double[] BUCKETS = {0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100, 150, 250, 500, 1000, 2500, 5000};

    private static final Map<MeterKey, Series> SERIES = new ConcurrentHashMap<>();

    private MeterExport() {}

    /** The configuration under which names and labels come out as the {@link Metric} table has them. */
    static MetricsConfig config() {
        return MetricsConfig.builder()
                .scoping(ScopingConfig.builder()
                        .clearTagName()
                        .putScope(Meter.Scope.VENDOR, scope(Meter.Scope.VENDOR))
                        .putScope(Meter.Scope.BASE, scope(Meter.Scope.BASE))
                        .build())
                .warnOnMultipleRegistries(false)
                .build();
    }

    private static ScopeConfig scope(String name) {
        return ScopeConfig.builder().name(name).enabled(false).build();
    }

    static MeterRegistry registry() {
        return Registry.INSTANCE;
    }

    /** Adds a source to a counter's or gauge's series. */
    static void add(MeterKey key, LongSupplier source) {
        SERIES.compute(key, (k, known) -> {
            Series series = known != null ? known : new Series(k);
            series.sources.addIfAbsent(source);
            return series;
        });
    }

    /** Takes a source away again. */
    static void remove(MeterKey key, LongSupplier source) {
        SERIES.computeIfPresent(key, (k, series) -> {
            series.sources.remove(source);
            if (!series.sources.isEmpty()) {
                return series;
            }
            registry().remove(series.meter);
            return null;
        });
    }

    /** The histogram of a series. */
    static Summary summary(MeterKey key) {
        return registry()
                .getOrCreate(DistributionSummary.builder(
                                key.metric().prometheusName(),
                                DistributionStatisticsConfig.builder()
                                        .percentiles(new double[0])
                                        .buckets(BUCKETS))
                        .description(key.metric().help())
                        .tags(tags(key)))::record;
    }

    /** Ends a histogram's series. */
    static boolean removeSummary(MeterKey key) {
        registry().remove(key.metric().prometheusName(), tags(key));
        return true;
    }

    private static List<Tag> tags(MeterKey key) {
        List<Tag> tags = new ArrayList<>();
        for (int i = 0; i < key.labelValues().size(); i++) {
            tags.add(Tag.create(key.metric().labels().get(i), key.labelValues().get(i)));
        }
        return tags;
    }

    /** Where durations, in milliseconds, and numbers are recorded. */
    interface Summary {
        void record(double value);
    }

    /** One exported line and what is added up in it. */
    private static final class Series {
        private final CopyOnWriteArrayList<LongSupplier> sources = new CopyOnWriteArrayList<>();
        private final Meter meter;

        Series(MeterKey key) {
            String name = key.metric().prometheusName();
            // the registry holds a counter's subject weakly: SERIES is what keeps it
            meter = switch (key.metric().kind()) {
                case COUNTER ->
                    registry()
                            .getOrCreate(FunctionalCounter.builder(name, sources, MeterExport::sum)
                                    .description(key.metric().help())
                                    .tags(tags(key)));
                case GAUGE ->
                    registry()
                            .getOrCreate(Gauge.builder(name, () -> sum(sources))
                                    .description(key.metric().help())
                                    .tags(tags(key)));
                case HISTOGRAM -> throw new IllegalArgumentException(name + " is recorded, not read");
            };
        }
    }

    private static long sum(List<LongSupplier> sources) {
        long sum = 0;
        for (LongSupplier source : sources) {
            sum += source.getAsLong();
        }
        return sum;
    }

    private static final class Registry {
        private static final MeterRegistry INSTANCE =
                MetricsFactory.getInstance(Config.empty()).globalRegistry(config());
    }
}
