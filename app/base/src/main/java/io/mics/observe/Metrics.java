package io.mics.observe;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The server's meters. Asking twice for the same meter gives the same one; callers hold what they got, so that a count
 * costs one add. Nothing is exported before {@link #export}, so that tests may count without a registry.
 *
 * <p>At most {@value #MAX_TENANTS} tenants get series of their own; those that come later share the tenant
 * {@value #OTHER_TENANTS}, and their gauges are not exported.
 *
 * <p>Nodes that share a process (tests) add up in {@code /metrics}; each node's own meters hold its own counts.
 * Durations recorded before {@link #export} are not shown.
 */
public final class Metrics implements AutoCloseable {
    static final int MAX_TENANTS = 10_000;
    static final String OTHER_TENANTS = "other";

    private final int maxTenants;
    private final Set<String> tenants = ConcurrentHashMap.newKeySet();
    private final Map<MeterKey, AdderCounter> counters = new ConcurrentHashMap<>();
    private final Map<MeterKey, SummaryHistogram> histograms = new ConcurrentHashMap<>();
    private final Map<MeterKey, LongSupplier> gauges = new ConcurrentHashMap<>();
    private final List<Map<String, ?>> perTenant = new CopyOnWriteArrayList<>();
    private volatile boolean exported;

    public Metrics() {
        this(MAX_TENANTS);
    }

    Metrics(int maxTenants) {
        this.maxTenants = maxTenants;
    }

    /** The counter of {@code metric} with these label values, in the order the metric declares its labels. */
    public Counter counter(Metric metric, String... labelValues) {
        MeterKey key = bounded(MeterKey.of(metric, Metric.Kind.COUNTER, labelValues));
        AdderCounter known = counters.get(key);
        return known != null ? known : counters.computeIfAbsent(key, this::newCounter);
    }

    /** The histogram of {@code metric} with these label values. */
    public Histogram histogram(Metric metric, String... labelValues) {
        MeterKey key = bounded(MeterKey.of(metric, Metric.Kind.HISTOGRAM, labelValues));
        SummaryHistogram known = histograms.get(key);
        return known != null ? known : histograms.computeIfAbsent(key, this::newHistogram);
    }

    /** Meters of one tenant each, made by {@code lookUp} at the first use; to be made once, not for each message. */
    public <M> PerTenant<M> perTenant(Function<String, M> lookUp) {
        return new PerTenant<>(mapPerTenant(), lookUp);
    }

    /**
     * An empty map for what counts, by tenant: {@link #forget} takes a tenant's entry out when its series have ended,
     * so that nothing counts on those when the tenant returns. To be made once.
     */
    public <M> ConcurrentMap<String, M> mapPerTenant() {
        ConcurrentMap<String, M> held = new ConcurrentHashMap<>();
        perTenant.add(held);
        return held;
    }

    /** Meters of one tenant each, held until {@link #forget} ends the tenant's series. Safe on any thread. */
    public static final class PerTenant<M> {
        private final ConcurrentMap<String, M> held;
        private final Function<String, M> lookUp;

        private PerTenant(ConcurrentMap<String, M> held, Function<String, M> lookUp) {
            this.held = held;
            this.lookUp = lookUp;
        }

        /** The meters of {@code tenant}. */
        public M of(String tenant) {
            M known = held.get(tenant);
            return known != null ? known : held.computeIfAbsent(tenant, lookUp);
        }
    }

    /** Exports what {@code value} says at each scrape; a later supplier for the same labels takes the place. */
    public void gauge(Metric metric, LongSupplier value, String... labelValues) {
        read(MeterKey.of(metric, Metric.Kind.GAUGE, labelValues), value);
    }

    /** The same of a counter that somebody else counts. */
    public void total(Metric metric, LongSupplier value, String... labelValues) {
        read(MeterKey.of(metric, Metric.Kind.COUNTER, labelValues), value);
    }

    private void read(MeterKey asked, LongSupplier value) {
        if (!bounded(asked).equals(asked)) {
            return;
        }
        gauges.compute(asked, (key, before) -> {
            if (exported) {
                if (before != null) {
                    MeterExport.remove(key, before);
                }
                MeterExport.add(key, value);
            }
            return value;
        });
    }

    /**
     * Puts every meter, those to come included, into the process's registry. Nodes that share a process share its
     * series: what they count is added up. Durations recorded earlier are not exported.
     */
    public void export() {
        if (exported) {
            return;
        }
        exported = true;
        counters.keySet().forEach(key -> counters.computeIfPresent(key, Metrics::exportCounter));
        gauges.keySet().forEach(key -> gauges.computeIfPresent(key, Metrics::exportGauge));
        histograms.forEach((key, histogram) -> histogram.summary = MeterExport.summary(key));
    }

    /** Ends every series of a tenant. What is still counted on meters it had is lost. */
    public void forget(String tenant) {
        if (tenants.remove(tenant)) {
            counters.keySet().removeIf(key -> key.isOf(tenant) && end(key, counters.get(key)));
            gauges.keySet().removeIf(key -> key.isOf(tenant) && end(key, gauges.get(key)));
            histograms.keySet().removeIf(key -> key.isOf(tenant) && MeterExport.removeSummary(key));
        }
        perTenant.forEach(held -> held.remove(tenant));
    }

    /** Ends one series of a counter, since what it was of is gone; when counted again it begins anew. */
    public void end(Metric metric, String... labelValues) {
        counters.computeIfPresent(MeterKey.of(metric, Metric.Kind.COUNTER, labelValues), (key, counter) -> {
            MeterExport.remove(key, counter);
            return null;
        });
    }

    private static boolean end(MeterKey key, @Nullable LongSupplier source) {
        if (source != null) {
            MeterExport.remove(key, source);
        }
        return true;
    }

    /** Takes counters and gauges out of the process's registry again. */
    @Override
    public void close() {
        exported = false;
        counters.forEach(MeterExport::remove);
        gauges.forEach(MeterExport::remove);
    }

    private AdderCounter newCounter(MeterKey key) {
        AdderCounter counter = new AdderCounter();
        return exported ? exportCounter(key, counter) : counter;
    }

    private SummaryHistogram newHistogram(MeterKey key) {
        SummaryHistogram histogram = new SummaryHistogram();
        if (exported) {
            histogram.summary = MeterExport.summary(key);
        }
        return histogram;
    }

    private static AdderCounter exportCounter(MeterKey key, AdderCounter counter) {
        MeterExport.add(key, counter);
        return counter;
    }

    private static LongSupplier exportGauge(MeterKey key, LongSupplier gauge) {
        MeterExport.add(key, gauge);
        return gauge;
    }

    /** The key itself, or the one of all tenants beyond the bound. */
    private MeterKey bounded(MeterKey key) {
        int at = key.metric().labels().indexOf("tenant");
        if (at < 0 || tenants.contains(key.labelValues().get(at))) {
            return key;
        }
        if (tenants.size() < maxTenants) {
            tenants.add(key.labelValues().get(at));
            return key;
        }
        return key.withLabel(at, OTHER_TENANTS);
    }

    /** One series: a metric and the values of its labels. */
    record MeterKey(Metric metric, List<String> labelValues) {
        static MeterKey of(Metric metric, Metric.Kind kind, String... labelValues) {
            if (metric.kind() != kind || labelValues.length != metric.labels().size()) {
                throw new IllegalArgumentException(metric + " is a " + metric.kind() + " with labels " + metric.labels()
                        + ", not a " + kind + " with " + labelValues.length);
            }
            return new MeterKey(metric, List.of(labelValues));
        }

        boolean isOf(String tenant) {
            int at = metric.labels().indexOf("tenant");
            return at >= 0 && labelValues.get(at).equals(tenant);
        }

        MeterKey withLabel(int at, String value) {
            String[] values = labelValues.toArray(String[]::new);
            values[at] = value;
            return new MeterKey(metric, List.of(values));
        }
    }

    private static final class AdderCounter implements Counter, LongSupplier {
        private final LongAdder adder = new LongAdder();

        @Override
        public void add(long n) {
            adder.add(n);
        }

        @Override
        public long value() {
            return adder.sum();
        }

        @Override
        public long getAsLong() {
            return adder.sum();
        }
    }

    private static final class SummaryHistogram implements Histogram {
        private volatile MeterExport.@Nullable Summary summary;

        @Override
        public void record(double value) {
            MeterExport.Summary target = summary;
            if (target != null) {
                target.record(value);
            }
        }
    }
}
