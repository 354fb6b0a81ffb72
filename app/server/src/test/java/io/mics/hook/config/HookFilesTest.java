package io.mics.hook.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.config.ConfigResult;
import io.mics.config.Problem;
import io.mics.config.SettingsDiff;
import io.mics.hook.policy.HookDefinition;
import io.mics.node.settings.ConfigCheck;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HookFilesTest {
    @TempDir
    Path dir;

    static String hook(String name) {
        return "hooks: {pre-send: [{name: " + name + ", transport: {type: grpc, endpoint: \"http://h:1\"}}]}\n";
    }

    private Path file(String name, String text) throws IOException {
        Path file = dir.resolve(name);
        Files.createDirectories(file.getParent());
        return Files.writeString(file, text);
    }

    private List<String> names(Map<String, String> environment) {
        return switch (HooksFileReader.read(dir, environment)) {
            case ConfigResult.Valid<HooksFile> valid ->
                valid.value().hooks().stream().map(HookDefinition::name).toList();
            case ConfigResult.Invalid<HooksFile> invalid -> throw new AssertionError(invalid.problems());
        };
    }

    private String problems(Map<String, String> environment) {
        return switch (HooksFileReader.read(dir, environment)) {
            case ConfigResult.Valid<HooksFile> valid -> throw new AssertionError(valid.value());
            case ConfigResult.Invalid<HooksFile> invalid ->
                invalid.problems().stream().map(Problem::line).collect(Collectors.joining("\n"));
        };
    }

    @Test
    void withoutAnyFileThereAreNoHooks() {
        assertThat(names(Map.of())).isEmpty();
    }

    @Test
    void theFileBesideTheOthersIsReadUnlessTheEnvironmentNamesAnother() throws IOException {
        file("hooks.yaml", hook("usual"));
        Path other = file("other/x.yaml", hook("other"));
        assertThat(names(Map.of())).containsExactly("usual");
        assertThat(names(Map.of("MESSAGE_ORCHESTRATOR_HOOKS_CONFIG", other.toString())))
                .containsExactly("other");
        assertThat(names(Map.of("STORAGE_HOOKS_CONFIG", other.toString()))).containsExactly("other");
        assertThat(names(Map.of(
                        "STORAGE_HOOKS_CONFIG", "/nowhere", "MESSAGE_ORCHESTRATOR_HOOKS_CONFIG", other.toString())))
                .containsExactly("other");
    }

    @Test
    void theFilesOfAFolderAreMergedInOrderOfNameAfterTheFile() throws IOException {
        file("d/20.yml", hook("second"));
        file("d/10.yaml", hook("first"));
        file("d/.hidden.yaml", hook("hidden"));
        file("d/notes.txt", "nothing");
        Path one = file("one.yaml", hook("one"));
        String folder = dir.resolve("d").toString();
        assertThat(names(Map.of("MESSAGE_ORCHESTRATOR_HOOKS_CONFIG_DIR", folder)))
                .containsExactly("first", "second");
        assertThat(names(Map.of("STORAGE_HOOKS_CONFIG_DIR", folder, "STORAGE_HOOKS_CONFIG", one.toString())))
                .containsExactly("one", "first", "second");
    }

    @Test
    void aProblemNamesItsFileAndDuplicatesNameBoth() throws IOException {
        Path first = file("d/1.yaml", hook("a"));
        Path second = file("d/2.yaml", hook("a"));
        Map<String, String> folder =
                Map.of("MESSAGE_ORCHESTRATOR_HOOKS_CONFIG_DIR", dir.resolve("d").toString());
        assertThat(problems(folder)).contains("file:" + first + ":1").contains("(file:" + second + ":1)");
        file("d/2.yaml", "\nhooks: {pre-sent: []}\n");
        assertThat(problems(folder)).contains("(file:" + second + ":2)");
    }

    @Test
    void aPlaceThatTheEnvironmentNamesAndIsNotThereIsAProblem() {
        assertThat(problems(Map.of(
                        "MESSAGE_ORCHESTRATOR_HOOKS_CONFIG",
                        "/nowhere/x.yaml",
                        "STORAGE_HOOKS_CONFIG_DIR",
                        "/nowhere")))
                .contains("there is no file /nowhere/x.yaml (environment MESSAGE_ORCHESTRATOR_HOOKS_CONFIG)")
                .contains("there is no folder /nowhere (environment STORAGE_HOOKS_CONFIG_DIR)");
    }

    @Test
    void tomlIsRefusedAndShownAsYamlThatIsValidWithoutItsSecrets() throws IOException {
        file("hooks.toml", """
            # hooks of the older server
            [[hooks.pre_send]]
            name = "guard"
            version = '1.2.0'
            timeout_ms = 50
            match = { tenants = ["t1", "t2"], message_types = [
              "text", # first
            ] }
            [hooks.pre_send.transport]
            type = "webhook"
            url = "https://h/x"
            secret = "sesame"

            [[hooks.pre_send]]
            name = "second"
            priority = 1_000
            transport.type = "grpc"
            transport.endpoint = "http://h:1"
            [hooks.pre_send.circuit_breaker]
            failure_rate = 0.5
            """);
        String problem = problems(Map.of());
        assertThat(problem)
                .contains("is TOML, which is not read; as YAML it is")
                .contains("# pre-send guard: transport secret is not shown here")
                .doesNotContain("sesame");
        HooksFile hooksFile = HooksFileReaderTest.valid(yaml(problem));
        assertThat(hooksFile.hooks().stream().map(HookDefinition::id)).containsExactly("guard@1.2.0", "second@1.0.0");
        assertThat(hooksFile.hooks().getFirst().policy().timeout().toMillis()).isEqualTo(50);
        assertThat(hooksFile.hooks().getFirst().match().tenants()).containsExactlyInAnyOrder("t1", "t2");
        assertThat(hooksFile.hooks().getLast().priority()).isEqualTo(1_000);
        assertThat(hooksFile.hooks().getLast().policy().breaker().failureRate()).isEqualTo(0.5);
    }

    private static String yaml(String problem) {
        return problem.substring(problem.indexOf('\n'), problem.lastIndexOf(" (file:"));
    }

    @Test
    void brokenTomlIsRefusedToo() throws IOException {
        for (String broken : List.of("[[hooks", "a = ", "a = \"x", "= 1", "a = [1 2]", "[a]\n[[a]]\n", "a = {b=}")) {
            file("hooks.toml", broken);
            assertThat(problems(Map.of())).as(broken).contains("is TOML, which is not read");
        }
    }

    @Test
    void theCheckOfTheConfigurationReadsHooks() throws IOException {
        Path file = file("hooks.yaml", "hooks:\n  pre-send:\n    - name: a\n      timeout: 0\n");
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        assertThat(ConfigCheck.run(dir, Map.of("PORT", "x"), new PrintStream(bytes, true, StandardCharsets.UTF_8)))
                .isEqualTo(ConfigCheck.WRONG);
        assertThat(bytes.toString(StandardCharsets.UTF_8))
                .contains("port: 'x'")
                .contains("hooks.pre-send[0].timeout of hook a: '0' is not a time")
                .contains("(file:" + file + ":4)");
    }

    @Test
    void everyKeyShownInTheShippedFileIsReadAndShowsItsDefault() throws IOException {
        Path shipped = Path.of("../../config/hooks.yaml");
        assertThat(HooksFileReaderTest.valid(Files.readString(shipped)).hooks()).isEmpty();
        String text = Files.readString(shipped).replaceAll("(?m)^#  ", "  ");
        HooksFile hooksFile = HooksFileReaderTest.valid(text);
        assertThat(hooksFile.hooks().stream().map(HookDefinition::name))
                .containsExactly(
                        "compliance-text",
                        "crm-notify",
                        "receipts",
                        "recall-rules",
                        "blocked-addresses",
                        "account-risk",
                        "presence-statistics",
                        "session-log");
        assertThat(hooksFile.webhookAllow()).isNotEmpty();
        for (HookDefinition shown : hooksFile.hooks()) {
            String bare = "hooks: {" + shown.point().label() + ": [{name: " + shown.name()
                    + ", transport: "
                    + (shown.point().isOfMessages()
                            ? "{type: grpc, endpoint: \"http://h:1\"}"
                            : "{type: local, class: a.B}")
                    + "}]}";
            HookDefinition usual = HooksFileReaderTest.valid(bare).hooks().getFirst();
            assertThat(SettingsDiff.between(usual.policy(), shown.policy()))
                    .as(shown.name())
                    .isEmpty();
            assertThat(List.of(shown.version(), shown.priority(), shown.match(), shown.rollout(), shown.mode()))
                    .isEqualTo(
                            List.of(usual.version(), usual.priority(), usual.match(), usual.rollout(), usual.mode()));
            assertThat(List.of(shown.retry(), shown.guarantee(), shown.sample()))
                    .isEqualTo(List.of(usual.retry(), usual.guarantee(), usual.sample()));
        }
        assertThat(Files.readString(shipped))
                .contains("MESSAGE_ORCHESTRATOR_HOOKS_CONFIG_DIR", "STORAGE_HOOKS_CONFIG_DIR");
    }
}
