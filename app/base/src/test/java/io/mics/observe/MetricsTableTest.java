package io.mics.observe;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;

/** {@code METRICS.md} says of every metric what the server exports, and of nothing else. */
final class MetricsTableTest {
    private static final List<String> UNITS = List.of("", "ms", "bytes", "seconds");

    private static String row(Metric metric) {
        return String.join(
                " | ",
                "| `" + metric.prometheusName() + "`",
                metric.kind().name().toLowerCase(Locale.ROOT),
                metric.unit().isEmpty() ? "–" : metric.unit(),
                String.join(", ", metric.labels()),
                metric.help() + " |");
    }

    @Test
    void theTableHasEveryMetricAsItIsExported() throws IOException {
        List<String> rows;
        try (var lines = Files.lines(Path.of("../METRICS.md"))) {
            rows = lines.filter(line -> line.startsWith("| `")).toList();
        }
        assertThat(rows)
                .as("app/METRICS.md, in the order of Metric")
                .containsExactlyElementsOf(Arrays.stream(Metric.values())
                        .map(MetricsTableTest::row)
                        .toList());
    }

    @Test
    void aNameThatEndsInAUnitHasThatUnitAndSaysItInItsHelp() {
        for (Metric metric : Metric.values()) {
            String name = metric.prometheusName().replaceFirst("_total$", "");
            String unit = name.substring(name.lastIndexOf('_') + 1);
            assertThat(metric.unit()).as(name).isIn(UNITS);
            if (UNITS.contains(unit)) {
                assertThat(metric.unit()).as(name).isEqualTo(unit);
            }
            assertThat(metric.help())
                    .as(name)
                    .isNotBlank()
                    .doesNotContain("\n", "|")
                    .endsWith(metric.unit().isEmpty() ? "" : " (" + metric.unit() + ")");
        }
    }

    @Test
    void onlyWhatIsCountedIsCalledATotal() {
        for (Metric metric : Metric.values()) {
            assertThat(metric.prometheusName().endsWith("_total"))
                    .as(metric.prometheusName())
                    .isEqualTo(metric.kind() == Metric.Kind.COUNTER);
        }
    }
}
