package io.mics.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Variables as deployments of the earlier servers have them. */
class EnvironmentTest {
    private static final List<EnvironmentName> NAMES = List.of(
            EnvironmentName.text("REDIS__CONNECTION", "redis.uri"),
            EnvironmentName.text("KAFKA__BOOTSTRAP_SERVERS", "kafka.bootstrap-servers"),
            EnvironmentName.value("PORT", "port"));

    private static String text(Environment environment, String key) {
        return Objects.requireNonNull(environment.get(key), key).text();
    }

    @Test
    void namesAreReadInWhateverCaseAndCapitalsWin() {
        Environment environment = Environment.of(
                Map.of(
                        "Redis__Connection",
                        "h:1",
                        "kafka__bootstrap_servers",
                        "lower",
                        "KAFKA__BOOTSTRAP_SERVERS",
                        "k:1"),
                NAMES);
        assertThat(text(environment, "redis.uri")).isEqualTo("h:1");
        assertThat(text(environment, "kafka.bootstrap-servers")).isEqualTo("k:1");
    }

    @Test
    void whatHasNoEffectHereIsNoted() {
        Environment environment = Environment.of(
                Map.of(
                        "DEDUP_MODE", "redis",
                        "LOCAL_ROUTE_CACHE_SIZE_BYTES", "1",
                        "KAFKA_DLQ_FALLBACK_PATH", "/tmp",
                        "ADMISSION_UNREGISTER_RETRY_MAX", "3",
                        "KAFKA_IDLE_DELAY_MS", "5",
                        "PORT", "8080"),
                NAMES);
        assertThat(environment.notes())
                .containsExactly(
                        "ADMISSION_UNREGISTER_RETRY_MAX is accepted and has no effect",
                        "DEDUP_MODE is accepted and has no effect",
                        "KAFKA_DLQ_FALLBACK_PATH is accepted and has no effect",
                        "KAFKA_IDLE_DELAY_MS is accepted and has no effect",
                        "LOCAL_ROUTE_CACHE_SIZE_BYTES is accepted and has no effect");
        assertThat(environment.problems()).isEmpty();
    }
}
