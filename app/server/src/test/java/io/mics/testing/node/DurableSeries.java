package io.mics.testing.node;

import io.mics.observe.Metric;
import java.util.regex.Pattern;

/** Which metrics only tenants have whose messages are stored. */
public final class DurableSeries {
    private static final Pattern NAMES = Pattern.compile("mics_(log_append|wal|pipeline|store|fanout|distribution)");

    private DurableSeries() {}

    /** Whether this one is of them. */
    public static boolean has(Metric metric) {
        return NAMES.matcher(metric.prometheusName()).lookingAt();
    }
}
