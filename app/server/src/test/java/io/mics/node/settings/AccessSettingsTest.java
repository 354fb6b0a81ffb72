package io.mics.node.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.config.ConfigResult;
import io.mics.config.Problem;
import io.mics.routing.link.ClusterSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who may do what, as configured: no default lets a stranger in. */
class AccessSettingsTest {
    @TempDir
    Path dir;

    private void write(String file, String text) throws IOException {
        Files.writeString(dir.resolve(file), text);
    }

    private NodeConfig valid(Map<String, String> environment) {
        return switch (NodeConfigReader.read(dir, environment)) {
            case ConfigResult.Valid<NodeConfig> valid -> valid.value();
            case ConfigResult.Invalid<NodeConfig> invalid ->
                throw new AssertionError(invalid.problems().toString());
        };
    }

    private List<Problem> problems(Map<String, String> environment) {
        return switch (NodeConfigReader.read(dir, environment)) {
            case ConfigResult.Valid<NodeConfig> valid -> throw new AssertionError("valid: " + valid.value());
            case ConfigResult.Invalid<NodeConfig> invalid -> invalid.problems();
        };
    }

    @Test
    void redisWithNeitherATokenNorCertificatesIsAProblem() throws IOException {
        write("tenants.yaml", "tenants: {t1: {}}");
        String redis = "redis: {uri: \"redis://r:6379\"}\n";
        for (String without : List.of(redis, redis + "cluster: {token: \"\"}")) {
            write("mics.yaml", without);
            assertThat(problems(Map.of())).extracting(Problem::key).containsExactly("cluster.token");
        }
        assertThat(problems(Map.of("CLUSTER_GRPC_TOKEN", "")))
                .singleElement()
                .satisfies(problem -> assertThat(problem.line()).contains("grpc-port", "cluster.tls", "openssl rand"));
        assertThat(valid(Map.of("CLUSTER_GRPC_TOKEN", "between-us"))
                        .get(ClusterSettings.SECTION)
                        .token())
                .isEqualTo("between-us");
        write("own.pem", "");
        String files = dir.resolve("own.pem").toString();
        write(
                "mics.yaml",
                redis + "cluster: {tls: {certificate: \"%1$s\", key: \"%1$s\", trust: \"%1$s\"}}".formatted(files));
        assertThat(valid(Map.of()).get(ClusterSettings.SECTION).tls().configured())
                .isTrue();
    }

    @Test
    void aTokenThatNoHeaderCanCarryIsAProblemAndIsNeverPrinted() {
        for (String name : List.of("CLUSTER_GRPC_TOKEN", "ADMIN_TOKEN")) {
            for (String token : List.of("hunter2 or hunter3", "h\u00fcnter2")) {
                assertThat(problems(Map.of(name, token)))
                        .singleElement()
                        .satisfies(problem -> assertThat(problem.line())
                                .contains(name, "printable ASCII")
                                .doesNotContain("unter2"));
            }
        }
    }

    @Test
    void thePlaygroundIsForPagesOfThisMachineUnlessItIsPublic() throws IOException {
        assertThat(valid(Map.of()).tenants().all().getFirst().settings().admits("https://evil.example"))
                .isFalse();
        assertThat(valid(Map.of()).tenants().all().getFirst().settings().admits("http://localhost:3000"))
                .isTrue();
        write("mics.yaml", "playground: {public: true}");
        assertThat(valid(Map.of()).tenants().all().getFirst().settings().admits("https://evil.example"))
                .isTrue();
        write("mics.yaml", "defaults: {origins: [\"https://my.example\"]}");
        assertThat(valid(Map.of()).tenants().all().getFirst().settings().admits("https://my.example"))
                .isTrue();
        assertThat(valid(Map.of()).tenants().all().getFirst().settings().admits("http://localhost:3000"))
                .isFalse();
    }
}
