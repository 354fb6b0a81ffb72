package io.mics.observe;

import io.helidon.common.Weighted;
import io.helidon.metrics.api.MetricsConfig;
import io.helidon.metrics.api.ScopingConfig;
import io.helidon.metrics.spi.MetricsProgrammaticConfig;

/**
 * What keeps Helidon from adding its {@code scope} label to every series: existing dashboards know only the labels of
 * {@link Metric}. Found as a service, since Helidon decides on labels before any code of ours can configure it.
 *
 * <p>Helidon's own request counters (its vendor scope) are off for the same reason.
 */
public final class UntaggedScopes implements MetricsProgrammaticConfig, Weighted {
    @Override
    public double weight() {
        return Weighted.DEFAULT_WEIGHT + 100;
    }

    @Override
    public MetricsConfig.Builder apply(MetricsConfig.Builder builder) {
        return builder.scoping(builder.scoping()
                .map(ScopingConfig::builder)
                .orElseGet(ScopingConfig::builder)
                .clearTagName());
    }
}
