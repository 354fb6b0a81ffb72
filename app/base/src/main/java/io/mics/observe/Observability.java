package io.mics.observe;

import io.helidon.health.HealthCheck;
import io.helidon.health.HealthCheckResponse;
import io.helidon.health.HealthCheckType;
import io.helidon.webserver.observe.ObserveFeature;
import io.helidon.webserver.observe.ObserveFeatureConfig;
import io.helidon.webserver.observe.health.HealthObserver;
import io.helidon.webserver.observe.metrics.MetricsObserver;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What a node answers about itself: {@code /metrics} (Prometheus text), {@code /healthz} (200 while the process lives)
 * and {@code /readyz} (200, or 503; each check with its reason as JSON). Built once, before the listener opens.
 */
public final class Observability {
    /** Where the metrics are. */
    public static final String METRICS = "/metrics";

    private final Metrics metrics;
    private final Map<String, Readiness> checks = new LinkedHashMap<>();
    private final Map<String, Supplier<Optional<String>>> details = new LinkedHashMap<>();

    public Observability(Metrics metrics) {
        this.metrics = metrics;
    }

    /** Adds a check that makes {@code /readyz} answer 503 while it has a reason. */
    public Observability check(String name, Readiness readiness) {
        checks.put(name, readiness);
        return this;
    }

    /** Adds something worth saying in {@code /readyz} that never makes it fail, such as a refused reload. */
    public Observability detail(String name, Supplier<Optional<String>> detail) {
        details.put(name, detail);
        return this;
    }

    /** The server feature with the usual paths. */
    public ObserveFeature feature() {
        return feature(METRICS, "/healthz", "/readyz");
    }

    /** The same without {@code /metrics}. */
    public ObserveFeature featureWithoutMetrics() {
        return health("/healthz", "/readyz").build();
    }

    /** The server feature with these paths; exports the metrics from now on. */
    public ObserveFeature feature(String metricsPath, String healthPath, String readyPath) {
        metrics.export();
        return health(healthPath, readyPath)
                .addObserver(MetricsObserver.builder()
                        .endpoint(metricsPath)
                        .metricsConfig(MeterExport.config())
                        .meterRegistry(MeterExport.registry())
                        .build())
                .build();
    }

    private ObserveFeatureConfig.Builder health(String healthPath, String readyPath) {
        return ObserveFeature.builder()
                .endpoint("/")
                .observersDiscoverServices(false)
                .addObserver(health("healthz", healthPath, List.of()))
                .addObserver(health("readyz", readyPath, readyChecks()));
    }

    private static HealthObserver health(String name, String path, List<HealthCheck> checks) {
        return HealthObserver.builder()
                .name(name)
                .endpoint(path)
                .useSystemServices(false)
                .details(true)
                .addHealthChecks(checks)
                .build();
    }

    private List<HealthCheck> readyChecks() {
        List<HealthCheck> all = new ArrayList<>();
        checks.forEach((name, readiness) -> all.add(new ReasonCheck(name, readiness, false)));
        details.forEach((name, detail) -> all.add(new ReasonCheck(name, detail::get, true)));
        return List.copyOf(all);
    }

    /** Helidon's view of one check: down with its reason, or up, with a remark where it is only a detail. */
    private record ReasonCheck(String name, Readiness readiness, boolean onlyDetail) implements HealthCheck {
        @Override
        public HealthCheckType type() {
            return HealthCheckType.READINESS;
        }

        @Override
        public HealthCheckResponse call() {
            HealthCheckResponse.Builder response = HealthCheckResponse.builder();
            Optional<String> reason = readiness.notReady();
            reason.ifPresent(words -> response.detail(onlyDetail ? "detail" : "reason", words));
            return response.status(onlyDetail || reason.isEmpty()).build();
        }
    }
}
