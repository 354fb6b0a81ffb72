package io.mics.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentMap;
import org.junit.jupiter.api.Test;

class MetersPerTenantTest {
    private final Metrics metrics = new Metrics();
    private final List<String> lookedUp = new ArrayList<>();
    private final Metrics.PerTenant<Counter> delivered = metrics.perTenant(tenant -> {
        lookedUp.add(tenant);
        return metrics.counter(Metric.DELIVERIES, tenant, "local");
    });

    @Test
    void areLookedUpOncePerTenant() {
        delivered.of("t1").increment();
        delivered.of("t1").increment();
        delivered.of("t2").increment();
        assertThat(lookedUp).containsExactly("t1", "t2");
        assertThat(metrics.counter(Metric.DELIVERIES, "t1", "local").value()).isEqualTo(2);
    }

    @Test
    void areLookedUpAnewAfterTheTenantWasForgotten() {
        delivered.of("t1").increment();
        delivered.of("t2").increment();
        metrics.forget("t1");
        delivered.of("t1").increment();
        delivered.of("t2").increment();
        assertThat(lookedUp).containsExactly("t1", "t2", "t1");
        assertThat(metrics.counter(Metric.DELIVERIES, "t1", "local").value())
                .as("counts the series that is shown, not the one that ended")
                .isEqualTo(1);
    }

    @Test
    void aMapOfWhatCountsIsForgottenWithTheSeries() {
        ConcurrentMap<String, Counter> held = metrics.mapPerTenant();
        held.put("t1", metrics.counter(Metric.DELIVERIES, "t1", "local"));
        Counter other = metrics.counter(Metric.DELIVERIES, "t2", "local");
        held.put("t2", other);
        metrics.forget("t1");
        assertThat(held).containsOnlyKeys("t2").containsValue(other);
    }
}
