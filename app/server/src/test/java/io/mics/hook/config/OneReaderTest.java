package io.mics.hook.config;

import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.mics.config.ConfigResult;
import io.mics.config.Problem;
import io.mics.hook.policy.Target;
import io.mics.node.settings.Configuration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every file is read by the same rules: {@code mics.yaml}, {@code tenants.yaml}, {@code hooks.yaml}, overrides. */
class OneReaderTest {
    @TempDir
    Path dir;

    private List<String> problems(Map<String, String> environment) {
        return switch (Configuration.read(dir, environment)) {
            case ConfigResult.Valid<Configuration> valid -> throw new AssertionError("valid: " + valid.value());
            case ConfigResult.Invalid<Configuration> invalid ->
                invalid.problems().stream().map(Problem::line).toList();
        };
    }

    private List<String> problems(String file, byte[] content) throws IOException {
        Files.write(dir.resolve(file), content);
        List<String> lines = problems(Map.of());
        Files.delete(dir.resolve(file));
        return lines;
    }

    private static List<String> overrideProblems(String text) {
        return switch (HookOverrideReader.read("t1", text, List.of())) {
            case ConfigResult.Valid<List<HookOverride>> valid -> throw new AssertionError("valid: " + valid.value());
            case ConfigResult.Invalid<List<HookOverride>> invalid ->
                invalid.problems().stream().map(Problem::line).toList();
        };
    }

    /** The only problem of {@code text}, which every reader must find, at {@code line} (0: at none). */
    private void everyReaderSays(String text, String what, int line) throws IOException {
        String end = line == 0 ? "" : ":" + line;
        for (String file : List.of("mics.yaml", "tenants.yaml", "hooks.yaml")) {
            assertThat(problems(file, text.getBytes(UTF_8)))
                    .singleElement()
                    .asString()
                    .contains(what)
                    .endsWith(file + end + ")");
        }
        assertThat(overrideProblems(text))
                .singleElement()
                .asString()
                .contains(what)
                .endsWith("t1" + end + ")");
    }

    @Test
    void twoTenantsOfOneNameAreRefusedWithTheLineOfTheSecond() throws IOException {
        String text = "tenants:\n  t1:\n    hooks: {secret: first}\n  t1:\n    hooks: {secret: second}\n";
        assertThat(problems("tenants.yaml", text.getBytes(UTF_8)))
                .singleElement()
                .asString()
                .startsWith("tenants.t1: is there twice")
                .endsWith("tenants.yaml:4)")
                .doesNotContain("first", "second");
    }

    @Test
    void aKeyThatIsThereTwiceIsRefusedInEveryFile() throws IOException {
        everyReaderSays("a: 1\nb:\n  c: {d: 1,\n      d: 2}\n", "b.c.d: is there twice", 4);
    }

    @Test
    void aliasesTagsMergesAndSecondDocumentsAreRefusedInEveryFile() throws IOException {
        everyReaderSays("a: &x 1\nb: *x\n", "holds an alias (*)", 2);
        everyReaderSays("a:\n  b: !!binary aGk=\n", "holds a tag (!)", 2);
        everyReaderSays("a: 1\n<<: {b: 1}\n", "<<: is not read", 2);
        everyReaderSays("a: 1\n---\nb: 1\n", "holds a second document", 2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"'': 1\n", "? [a]\n: 1\n", "? {a: 1}\n: 1\n"})
    void aKeyThatIsNoWordIsRefused(String text) throws IOException {
        everyReaderSays(text, "key", 1);
    }

    @Test
    void whatIsNoYamlIsSaidInWords() throws IOException {
        everyReaderSays("a:\n\tb: 1\n", "is not valid YAML at line 2, column 1: a tab is there; indent with spaces", 2);
        everyReaderSays("a: b: c\n", "mapping values are not allowed here", 1);
        everyReaderSays("a: 1\nb: x\u0007y\n", "holds the character U+0007", 2);
        everyReaderSays("- a\n", "is not a section of keys", 1);
        everyReaderSays("a: [1, 2\n", "is not valid YAML", 2);
    }

    @Test
    void deepNestingIsRefusedWithoutEndingTheReader() throws IOException {
        everyReaderSays("a:\n" + "  [\n".repeat(100_000), "is nested more than 50 deep", 51);
        everyReaderSays("[".repeat(100_000), "is nested more than 50 deep", 1);
        everyReaderSays("a: " + "{a: ".repeat(100_000), "is nested more than 50 deep", 1);
        StringBuilder block = new StringBuilder();
        IntStream.range(0, 1_000).forEach(i -> block.append(" ".repeat(i)).append("k:\n"));
        everyReaderSays(block.toString(), "is nested more than 50 deep", 51);
    }

    @Test
    void whatIsNotUtf8IsRefusedAndAByteOrderMarkIsNot() throws IOException {
        byte[] latin = "a: 1\nb: stra\u00dfe\n".getBytes(java.nio.charset.StandardCharsets.ISO_8859_1);
        for (String file : List.of("mics.yaml", "tenants.yaml", "hooks.yaml")) {
            assertThat(problems(file, latin)).singleElement().asString().contains("is not UTF-8", file + ":2)");
            assertThat(problems(file, "a: 1\n".getBytes(UTF_16)))
                    .singleElement()
                    .asString()
                    .contains("is UTF-16: save it as UTF-8", file);
        }
        Files.writeString(dir.resolve("mics.yaml"), "\uFEFFport: 8081\n");
        assertThat(Configuration.read(dir, Map.of()))
                .isInstanceOfSatisfying(
                        ConfigResult.Valid.class,
                        valid -> assertThat(((Configuration) valid.value())
                                        .node()
                                        .node()
                                        .port())
                                .isEqualTo(8081));
    }

    @Test
    void aHugeFileAFolderAndAFolderInItsPlaceAreRefused() throws IOException {
        byte[] huge = "# a comment\n".repeat(300_000).getBytes(UTF_8);
        for (String file : List.of("mics.yaml", "tenants.yaml", "hooks.yaml")) {
            assertThat(problems(file, huge)).singleElement().asString().contains("is larger than 3145728 bytes", file);
            Files.createDirectory(dir.resolve(file));
            assertThat(problems(Map.of())).singleElement().asString().contains("is not a file", file);
            Files.delete(dir.resolve(file));
        }
    }

    @Test
    void everyProblemOfEveryFileIsReportedAtOnceWithItsLineAndTheNearestKey() throws IOException {
        Files.writeString(dir.resolve("mics.yaml"), "prot: 1\nws:\n  keepalive: soon\n");
        Files.writeString(
                dir.resolve("tenants.yaml"), "tenants:\n  t1:\n    limits:\n      conections: 5\n    heartbeat: -1\n");
        Files.writeString(dir.resolve("hooks.yaml"), "hooks:\n  presend: []\n");
        assertThat(problems(Map.of("PORT", "x")))
                .anySatisfy(line -> assertThat(line).startsWith("port: 'x' is").endsWith("(environment PORT)"))
                .anySatisfy(line -> assertThat(line)
                        .startsWith("prot: is not")
                        .contains(": port (")
                        .endsWith("mics.yaml:1)"))
                .anySatisfy(line ->
                        assertThat(line).startsWith("ws.keepalive: 'soon' is").endsWith("mics.yaml:3)"))
                .anySatisfy(line -> assertThat(line)
                        .startsWith("tenants.t1.limits.conections: is")
                        .contains("tenants.t1.limits.connections")
                        .endsWith("tenants.yaml:4)"))
                .anySatisfy(line -> assertThat(line)
                        .startsWith("tenants.t1.heartbeat: '-1' is")
                        .endsWith("tenants.yaml:5)"))
                .anySatisfy(line -> assertThat(line)
                        .startsWith("hooks.presend: is")
                        .contains("hooks.pre-send")
                        .endsWith("hooks.yaml:2)"))
                .hasSize(6);
    }

    @Test
    void aFileThatCannotBeReadBringsNoFurtherProblems() throws IOException {
        Files.writeString(dir.resolve("tenants.yaml"), "tenants: {t1: {}, t1: {}}\n");
        assertThat(problems(Map.of("REDIS__CONNECTION", "redis://127.0.0.1:6379", "CLUSTER_GRPC_TOKEN", "c")))
                .singleElement()
                .asString()
                .startsWith("tenants.t1: is there twice");
    }

    @Test
    void theProblemsOfOneFileAreBounded() throws IOException {
        StringBuilder text = new StringBuilder();
        IntStream.range(0, 50_000).forEach(i -> text.append("key-").append(i).append(": 1\n"));
        assertThat(problems("mics.yaml", text.toString().getBytes(UTF_8))).hasSizeBetween(100, 1_000);
    }

    @Test
    void valuesAndNamesAreTakenAsTheyAreWritten() throws IOException {
        Files.writeString(dir.resolve("tenants.yaml"), """
            tenants:
              010: {hooks: {secret: 0123456}}
              on: {hooks: {secret: 1_000}}
              null: {hooks: {secret: 2026-01-01}}
            """);
        assertThat(Configuration.read(dir, Map.of())).isInstanceOfSatisfying(ConfigResult.Valid.class, valid -> {
            var node = ((Configuration) valid.value()).node();
            assertThat(node.tenants().inFile()).containsExactlyInAnyOrder("010", "on", "null");
            assertThat(node.tenant("010").orElseThrow().settings().hooks().secret())
                    .isEqualTo("0123456");
            assertThat(node.tenant("on").orElseThrow().settings().hooks().secret())
                    .isEqualTo("1_000");
            assertThat(node.tenant("null").orElseThrow().settings().hooks().secret())
                    .isEqualTo("2026-01-01");
        });
    }

    @Test
    void tenThousandTenantsAreRead() throws IOException {
        StringBuilder text = new StringBuilder("tenants:\n");
        IntStream.range(0, 10_000)
                .forEach(i -> text.append("  t").append(i).append(": {heartbeat: 5s, limits: {connections: 7}}\n"));
        text.append("  t5: {}\n");
        assertThat(problems("tenants.yaml", text.toString().getBytes(UTF_8)))
                .singleElement()
                .asString()
                .endsWith("tenants.yaml:10002)");
        Files.writeString(dir.resolve("tenants.yaml"), text.toString().replace("  t5: {}\n", ""));
        assertThat(Configuration.read(dir, Map.of()))
                .isInstanceOfSatisfying(
                        ConfigResult.Valid.class,
                        valid -> assertThat(((Configuration) valid.value())
                                        .node()
                                        .tenants()
                                        .inFile())
                                .hasSize(10_000));
    }

    @Test
    void aKeyWithADotIsOneKey() throws IOException {
        Files.writeString(dir.resolve("hooks.yaml"), """
            hooks:
              pre-send:
                - name: words
                  transport:
                    type: local
                    class: io.mics.sdk.plugin.example.BlockedWords
                    settings: {mics.thread: caller, words: scam}
            """);
        List<Object> settings = new ArrayList<>();
        if (HooksFileReader.read(dir, Map.of()) instanceof ConfigResult.Valid<HooksFile> valid) {
            valid.value().hooks().forEach(hook -> settings.add(((Target.Local) hook.target()).settings()));
        }
        Files.delete(dir.resolve("hooks.yaml"));
        assertThat(settings).containsExactly(Map.of("mics.thread", "caller", "words", "scam"));
        assertThat(problems("tenants.yaml", "tenants: {t1: {limits.connections: 5}}\n".getBytes(UTF_8)))
                .singleElement()
                .asString()
                .startsWith(
                        "tenants.t1.limits.connections: is not a known key: what follows a dot goes into a section");
    }

    @Test
    void aTenantThatTheEnvironmentNamesTwiceIsRefused() {
        assertThat(problems(Map.of("TENANT_AUTH_MAP", "{\"t1\": \"http://a\", \"t1\": \"http://b\"}")))
                .singleElement()
                .asString()
                .contains("environment TENANT_AUTH_MAP");
    }
}
