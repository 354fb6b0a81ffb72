package io.mics;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.observe.Metric;
import io.mics.testing.Await;
import io.mics.testing.node.DurableSeries;
import io.mics.testing.node.TestGateway;
import java.io.IOException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What a running server's {@code /metrics} says. */
@Tag("engine")
class MetricsTextTest {
    private static final Pattern SAMPLE = Pattern.compile("([a-z_]+)(?:\\{(.*)})? (\\S+)");
    private static final List<String> PARTS = List.of("_bucket", "_sum", "_count");

    private static final Set<Metric> WITH_REDIS = EnumSet.of(
            Metric.ROUTES_STALE, Metric.DEDUP_WINDOWS_LOST, Metric.REDELIVERIES_DROPPED, Metric.REDIS_FALLBACK);

    /** Those of a tenant without hooks and without Redis. */
    private static final List<Metric> OF_A_TENANT = Arrays.stream(Metric.values())
            .filter(metric -> metric.labels().contains("tenant"))
            .filter(metric -> !metric.labels().contains("hook"))
            .filter(metric -> !metric.prometheusName().contains("grpc"))
            .filter(metric -> !WITH_REDIS.contains(metric))
            .filter(metric -> !DurableSeries.has(metric))
            .toList();

    private static Map<String, String> comments(String text, String kind) {
        Map<String, String> found = new HashMap<>();
        text.lines().filter(line -> line.startsWith("# " + kind + " ")).forEach(line -> {
            String[] words = line.split(" ", 4);
            assertThat(found.put(words[2], words.length > 3 ? words[3] : ""))
                    .as("one " + kind + " of " + words[2])
                    .isNull();
        });
        return found;
    }

    private static String family(String name, Map<String, String> types) {
        return PARTS.stream()
                .filter(name::endsWith)
                .map(part -> name.substring(0, name.length() - part.length()))
                .filter(histogram -> "histogram".equals(types.get(histogram)))
                .findFirst()
                .orElse(name);
    }

    private static boolean hasTenant(String line, String tenant) {
        return line.contains("tenant=\"" + tenant + "\"");
    }

    private static List<String> namesOf(String text, String tenant) {
        return text.lines()
                .filter(line -> hasTenant(line, tenant))
                .map(line -> line.substring(0, line.indexOf('{')))
                .distinct()
                .toList();
    }

    @Test
    void everySampleIsOfADocumentedFamilyWithHelpAndType() throws IOException {
        Map<String, Metric> documented =
                Arrays.stream(Metric.values()).collect(Collectors.toMap(Metric::prometheusName, metric -> metric));
        try (TestGateway gateway = TestGateway.start("tenants: {help-1: {}}", "")) {
            String text = gateway.get("/metrics").body();
            Map<String, String> help = comments(text, "HELP");
            Map<String, String> types = comments(text, "TYPE");
            text.lines().filter(line -> !line.startsWith("#")).forEach(line -> {
                Matcher sample = SAMPLE.matcher(line);
                assertThat(sample.matches()).as(line).isTrue();
                String family = family(sample.group(1), types);
                Metric metric = Objects.requireNonNull(documented.get(family.replaceFirst("_max$", "")), line);
                assertThat(help.get(family)).as(line).isEqualTo(metric.help());
                assertThat(types.get(family)).as(line).isIn("counter", "gauge", "histogram");
                assertThat("histogram".equals(types.get(family)))
                        .as(line)
                        .isEqualTo(metric.kind() == Metric.Kind.HISTOGRAM && !family.endsWith("_max"));
            });
        }
    }

    @Test
    void theProcessAndItsVersionAreThere() throws IOException {
        try (TestGateway gateway = TestGateway.start("tenants: {help-2: {}}", "")) {
            String text = gateway.get("/metrics").body();
            assertThat(text)
                    .containsPattern("(?m)^mics_build_info\\{java=\""
                            + Pattern.quote(Runtime.version().toString())
                            + "\",node=\"node-1\",version=\"[^\"]+\",?} 1.0$");
            for (Metric metric : List.of(
                    Metric.HEAP_USED,
                    Metric.HEAP_LIMIT,
                    Metric.PLATFORM_THREADS,
                    Metric.CPU_TIME,
                    Metric.OPEN_FILES,
                    Metric.OPEN_FILES_LIMIT)) {
                assertThat(gateway.metric(metric.prometheusName()))
                        .as(metric.prometheusName())
                        .isPositive();
            }
            assertThat(text).contains("mics_gc_pauses_total{", "mics_gc_pause_ms_total{", "mics_uptime_seconds{");
        }
    }

    @Test
    void theSeriesOfATenantAreThereFromTheStartAndFromTheReloadThatAddsItUntilItIsGone() throws IOException {
        List<String> expected = OF_A_TENANT.stream()
                .map(metric -> metric.prometheusName() + (metric.kind() == Metric.Kind.HISTOGRAM ? "_count" : ""))
                .toList();
        try (TestGateway gateway = TestGateway.start("tenants: {first-1: {}}", "")) {
            String atStart = gateway.get("/metrics").body();
            assertThat(namesOf(atStart, "first-1")).containsAll(expected);
            assertThat(atStart.lines().filter(line -> hasTenant(line, "first-1")))
                    .allMatch(line -> line.endsWith(" 0.0"));
            assertThat(atStart)
                    .contains("mics_config_reloads_total{result=\"failed\"", "mics_hook_reloads_total{result=\"ok\"");

            gateway.rewriteTenants("tenants: {first-1: {}, added-1: {}}");
            Await.until("added", () -> gateway.metric("mics_config_reloads_total", "\"ok\"") == 1);
            assertThat(namesOf(gateway.get("/metrics").body(), "added-1")).containsAll(expected);

            gateway.rewriteTenants("tenants: {first-1: {}}");
            Await.until("gone", () -> {
                try {
                    return namesOf(gateway.get("/metrics").body(), "added-1").isEmpty();
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            assertThat(namesOf(gateway.get("/metrics").body(), "first-1")).containsAll(expected);
        }
    }

    @Test
    void ofMoreTenantsThanThereIsMemoryForNoSeriesIsThereAtTheStart() throws IOException {
        StringBuilder tenants = new StringBuilder("tenants:\n");
        for (int i = 0; i <= 500; i++) {
            tenants.append("  many-").append(i).append(": {}\n");
        }
        try (TestGateway gateway = TestGateway.start(tenants.toString(), "")) {
            assertThat(gateway.get("/metrics").body())
                    .contains("mics_uptime_seconds")
                    .doesNotContain("many-");
        }
    }
}
