package io.mics.node.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mics.config.ConfigResult;
import io.mics.node.Node;
import io.mics.testing.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@Tag("engine")
class StartupLogTest {
    @TempDir
    Path dir;

    private Configuration configuration(String mics, String tenants) throws IOException {
        Files.writeString(dir.resolve("mics.yaml"), mics);
        Files.writeString(dir.resolve("tenants.yaml"), tenants);
        return switch (Configuration.read(dir, Map.of())) {
            case ConfigResult.Valid<Configuration> valid -> valid.value();
            case ConfigResult.Invalid<Configuration> invalid -> throw new AssertionError(invalid.problems());
        };
    }

    private static Map<String, Object> map(Object[] fields) {
        Map<String, Object> map = new LinkedHashMap<>();
        for (int i = 0; i < fields.length; i += 2) {
            map.put(String.valueOf(fields[i]), fields[i + 1]);
        }
        return map;
    }

    @Test
    void thePlaygroundsPageIsNamedByAnAddressThatOpens() throws IOException {
        Map<String, Object> fields = map(StartupLog.fields(configuration("", ""), 8080, 8080));
        assertThat(fields)
                .containsEntry("port", 8080)
                .containsEntry("java", Runtime.version().toString())
                .containsEntry("config", dir.toAbsolutePath().toString())
                .containsEntry("tenants", "playground, playground-durable")
                .containsEntry("playground", true)
                .containsEntry("page", "http://localhost:8080/")
                .containsEntry("ws", "ws://localhost:8080/ws")
                .containsEntry("internal", "http://localhost:8080/internal/hooks")
                .containsEntry("metrics", "http://localhost:8080/metrics")
                .containsKey("version");
        assertThat(fields.values())
                .allMatch(value -> value instanceof String || value instanceof Integer || value instanceof Boolean);
    }

    @Test
    void manyTenantsAreNamedInPartAndWhatIsOnTheOtherPortIsThere() throws IOException {
        Map<String, Object> fields = map(StartupLog.fields(
                configuration(
                        "metrics: {public: false}\nadmin-token: secret",
                        "tenants: {t1: {}, t2: {}, t3: {}, t4: {}, t5: {}, t6: {}}"),
                8080,
                9091));
        assertThat(fields)
                .doesNotContainKey("page")
                .containsEntry("tenants", "t1, t2, t3, t4, t5 and 1 more")
                .containsEntry("internal", "http://localhost:9091/internal/hooks")
                .containsEntry("metrics", "http://localhost:9091/metrics");
        assertThat(fields.toString()).doesNotContain("secret");
    }

    @Test
    void thePageForConfiguredTenantsIsNamedWhereItIsServed() throws IOException {
        Map<String, Object> fields =
                map(StartupLog.fields(configuration("playground: {page: true}", "tenants: {t1: {}}"), 8080, 9091));
        assertThat(fields).containsEntry("page", "http://localhost:9091/internal/playground");
    }

    private static Set<Thread> wheels() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("mics-wheel"))
                .collect(Collectors.toSet());
    }

    @Test
    void aStartThatFailsLeavesNothingRunning() throws IOException {
        Configuration configuration = configuration(
                "port: 0\nhooks: {audit-log: " + dir.resolve("missing/audit.log") + "}", "tenants: {t1: {}}");
        Set<Thread> before = wheels();
        assertThatThrownBy(() -> Node.start(configuration))
                .isInstanceOf(StartRefusedException.class)
                .hasMessageContaining("hooks.audit-log");
        Await.until("no thread is left", () -> before.containsAll(wheels()));
    }
}
