package io.mics.admin.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.testing.node.CommandRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class CommandsTest {
    private static final List<String> COMMANDS = List.of(
            "check-config",
            "doctor",
            "chat",
            "explain",
            "dead-letters",
            "dead-letters list",
            "dead-letters replay",
            "hooks",
            "hooks listen",
            "hooks replay");

    @Test
    void everyCommandExplainsItself() {
        CommandRun all = CommandRun.of("--help");
        assertThat(all.exitCode()).isZero();
        for (String command : COMMANDS) {
            List<String> words = new ArrayList<>(List.of(command.split(" ", -1)));
            assertThat(all.out()).as(command).contains("  " + words.getFirst() + " ");
            words.add("--help");
            CommandRun help = CommandRun.of(words.toArray(String[]::new));
            assertThat(help.exitCode()).as(command).isZero();
            assertThat(help.err()).as(command).isEmpty();
            assertThat(help.out()).as(command).startsWith("Usage: java -jar mics.jar " + command + " [");
        }
    }

    @Test
    void theHelpOfTheDoctorSaysWhatItsExitCodesMean() {
        assertThat(CommandRun.of("doctor", "--help").out())
                .containsSubsequence(
                        "0   no line says FAIL", "1   at least one does", "78   the configuration is wrong");
    }

    @Test
    void helpIsAWordToo() {
        assertThat(CommandRun.of("help", "chat")).isEqualTo(CommandRun.of("chat", "--help"));
        assertThat(CommandRun.of("help")).isEqualTo(CommandRun.of("--help"));
    }

    @Test
    void theVersionIsSaid() {
        CommandRun version = CommandRun.of("--version");
        assertThat(version.exitCode()).isZero();
        assertThat(version.out()).startsWith("mics ");
    }

    @Test
    void whatIsMisspeltIsNamedWithTheNearestThereIs() {
        Map<String, List<String>> wrong = Map.of(
                "unknown command docter; the nearest is doctor", List.of("docter"),
                "unknown command lisen; the nearest is listen", List.of("hooks", "lisen"),
                "unknown option --confg; the nearest is --config", List.of("--confg", "dir"),
                "unknown option --tokn; the nearest is --token", List.of("chat", "--tokn=x"),
                "unknown option tokn; the nearest is --token", List.of("chat", "tokn=x"),
                "not understood: nonsense; options are --name=value or name=value", List.of("chat", "nonsense"),
                "'--tenant=ID'", List.of("dead-letters", "list"),
                "option '--tenant' (ID)", List.of("dead-letters", "list", "--tenant"),
                "--url: http://host:port or https://host:port, not nowhere",
                        List.of("explain", "m1", "tenant=t1", "url=nowhere"));
        wrong.forEach((said, words) -> {
            CommandRun run = CommandRun.of(words.toArray(String[]::new));
            assertThat(run.exitCode()).as(said).isEqualTo(64);
            assertThat(run.out()).as(said).isEmpty();
            assertThat(run.err()).hasLineCount(2).contains(said, " --help says how it is used");
        });
    }

    @Test
    void aWordThatWantsAnotherOneSaysWhichThereAre() {
        CommandRun hooks = CommandRun.of("hooks");
        assertThat(hooks.exitCode()).isEqualTo(64);
        assertThat(hooks.err()).contains("listen", "replay");
    }

    @Test
    void theConfigurationIsCheckedHoweverItIsSaid(@TempDir Path dir) throws Exception {
        String folder = dir.toString();
        for (String[] words : new String[][] {
            {"--check-config", "--config", folder},
            {"--config", folder, "--check-config"},
            {"check-config", "config=" + folder},
            {"--config=" + folder, "check-config"},
        }) {
            Files.writeString(dir.resolve("mics.yaml"), "port: 0\n");
            assertThat(CommandRun.of(words)).isEqualTo(new CommandRun(0, line("configuration is valid"), ""));
            Files.writeString(dir.resolve("mics.yaml"), "prot: 0\n");
            assertThat(CommandRun.of(words).exitCode()).isEqualTo(78);
        }
        CommandRun missing = CommandRun.of("check-config", "config=" + dir.resolve("none"));
        assertThat(missing.exitCode()).isEqualTo(64);
        assertThat(missing.err()).contains("none is not a directory");
    }

    @Test
    void theDoctorIsGivenTheFolderThatIsNamedOnEitherSideOfIt(@TempDir Path dir) {
        for (String[] words :
                new String[][] {{"doctor", "--config", dir.toString()}, {"--config", dir.toString(), "doctor"}}) {
            CommandRun run = CommandRun.run(
                    Map.of("A", "b"),
                    (folder, environment, out) -> {
                        out.println(folder + " " + environment);
                        return 1;
                    },
                    words);
            assertThat(run).isEqualTo(new CommandRun(1, line(dir + " {A=b}"), ""));
        }
    }

    private static String line(String text) {
        return text + System.lineSeparator();
    }
}
