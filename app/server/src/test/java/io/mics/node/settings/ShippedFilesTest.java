package io.mics.node.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.config.ConfigResult;
import io.mics.console.PlaygroundSettings;
import io.mics.observe.Metric;
import io.mics.redis.RedisSettings;
import io.mics.routing.link.ClusterSettings;
import io.mics.tenant.SettingSource;
import io.mics.tenant.TenantSettings;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShippedFilesTest {
    private static final Path SHIPPED = Path.of("../../config");

    @TempDir
    Path dir;

    private static String check(Path dir, Map<String, String> environment, int exit) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        assertThat(ConfigCheck.run(dir, environment, out)).isEqualTo(exit);
        return bytes.toString(StandardCharsets.UTF_8);
    }

    private static NodeConfig read(Path dir) {
        return switch (NodeConfigReader.read(dir, Map.of())) {
            case ConfigResult.Valid<NodeConfig> valid -> valid.value();
            case ConfigResult.Invalid<NodeConfig> invalid -> throw new AssertionError(invalid.problems());
        };
    }

    @Test
    void theShippedFilesAreValidAndOpenThePlayground() {
        assertThat(check(SHIPPED, Map.of(), 0)).contains("valid");
        NodeConfig c = read(SHIPPED);
        assertThat(c.tenants().playground()).isTrue();
        assertThat(c.get(PlaygroundSettings.SECTION).groups()).isEqualTo(Map.of("group-1", List.of("u1", "u2", "u3")));
    }

    @Test
    void theShippedFilesOfThreeNodesAreValidAndLeaveOnlyTheNodesOwnToTheEnvironment() {
        Path three = SHIPPED.resolve("three-nodes");
        assertThat(check(three, Map.of("NODE_ID", "node-1", "PUBLIC_ENDPOINT", "127.0.0.1:9001"), 0))
                .contains("valid");
        NodeConfig c = read(three);
        assertThat(c.node().host()).isEqualTo("127.0.0.1");
        assertThat(c.get(RedisSettings.SECTION).uri()).isEqualTo("redis://127.0.0.1:6379");
        assertThat(c.get(ClusterSettings.SECTION).token()).isNotEmpty();
        assertThat(c.tenant("t1").orElseThrow().settings().hooks().baseUrl()).isEqualTo("http://127.0.0.1:8081");
    }

    @Test
    void everyMetricNamedInTheDocumentsIsExported() throws IOException {
        Set<String> exported =
                Arrays.stream(Metric.values()).map(Metric::prometheusName).collect(Collectors.toSet());
        for (String file : List.of("../../README.md", "../../k8s/offline-pull.md")) {
            Matcher named = Pattern.compile("mics_[a-z_]+(?![a-z_*])").matcher(Files.readString(Path.of(file)));
            while (named.find()) {
                assertThat(exported).as(file).contains(named.group().replaceFirst("_(bucket|sum|count)$", ""));
            }
        }
    }

    @Test
    void everyKeyShownInTheTenantsFileIsReadAndShowsItsDefault() throws IOException {
        String shown = Files.readString(SHIPPED.resolve("tenants.yaml")).replaceAll("(?m)^#  ", "  ");
        Files.writeString(dir.resolve("tenants.yaml"), shown);
        var tenant = read(dir).tenant("t1").orElseThrow();
        assertThat(tenant.sources().values()).isNotEmpty().allMatch(source -> source == SettingSource.TENANTS_YAML);
        TenantSettings settings = tenant.settings();
        assertThat(settings.limits()).isEqualTo(TenantSettings.DEFAULTS.limits());
        assertThat(settings.offline()).isEqualTo(TenantSettings.DEFAULTS.offline());
        assertThat(settings.heartbeat()).isEqualTo(TenantSettings.DEFAULTS.heartbeat());
        assertThat(settings.hooks().baseUrl()).isEqualTo("https://backend.example.com/mics");
        assertThat(settings.origins()).containsExactly("https://chat.example.com");
    }

    @Test
    void everyKeyShownInTheNodesFileIsReadAndShowsItsDefault() throws IOException {
        String shown =
                Files.readString(SHIPPED.resolve("mics.yaml")).replaceAll("(?m)^( *)# ([a-z-]+: \\S+.*)$", "$1$2");
        assertThat(shown).contains("\nport: 8080", "\n  route-chunk-size: 256", "\n  max-entries: 1000000");
        // so many take more than the heap of the tests has room for
        Files.writeString(dir.resolve("mics.yaml"), shown.replace("max-entries: 1000000", "max-entries: 100000"));
        NodeConfig c = read(dir);
        NodeConfig defaults = read(Files.createDirectory(dir.resolve("none")));
        assertThat(defaults.settings().differences(c.settings()))
                .isSubsetOf("node-id", "public-endpoint", "duplicates.max-entries", "log.format", "playground.groups");
    }

    @Test
    void everyEnvironmentNameIsNamedInTheShippedFiles() throws IOException {
        String text =
                Files.readString(SHIPPED.resolve("mics.yaml")) + Files.readString(SHIPPED.resolve("tenants.yaml"));
        assertThat(NodeConfigReader.ENVIRONMENT)
                .allSatisfy(name -> assertThat(text).contains(name.name()));
    }

    @Test
    void theCheckPrintsEveryProblemAndExits78() throws IOException {
        Files.writeString(dir.resolve("mics.yaml"), "prot: 1\n");
        assertThat(check(dir, Map.of("PORT", "99999"), ConfigCheck.WRONG))
                .contains("prot: is not a known key; nearest valid key: port (file:")
                .contains("port: '99999' is not a whole number from 0 to 65535 (environment PORT)");
    }
}
