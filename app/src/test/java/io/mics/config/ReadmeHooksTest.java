package io.mics.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.hook.point.HookDefinition;
import io.mics.hook.point.HookSetup;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import javax.tools.ToolProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the README tells hook authors to copy. */
class ReadmeHooksTest {
    private static final Path README = Path.of("../README.md");

    @TempDir
    private Path dir;

    private static String block(String language, String with) throws IOException {
        return Pattern.compile("(?ms)^( *)```" + language + "\\n(.*?)^ *```")
                .matcher(Files.readString(README))
                .results()
                .map((MatchResult found) -> found.group(2).replaceAll("(?m)^" + found.group(1), ""))
                .filter(text -> text.contains(with))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void itsHooksAreValid() throws IOException {
        assertThat(HooksReader.read(block("yaml", "hooks:\n  pre-send"), "README"))
                .isInstanceOfSatisfying(
                        Reading.Valid.class,
                        valid -> assertThat(((HookSetup) valid.value()).hooks())
                                .extracting(HookDefinition::name)
                                .containsExactly("words", "rules", "blocked"));
    }

    @Test
    void itsHookServerCompiles() throws IOException {
        Path source = Files.writeString(dir.resolve("RulesHook.java"), block("java", "class RulesHook"));
        int exit = ToolProvider.getSystemJavaCompiler()
                .run(
                        null,
                        null,
                        null,
                        "-d",
                        dir.toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        "-encoding",
                        StandardCharsets.UTF_8.name(),
                        source.toString());
        assertThat(exit).isZero();
        assertThat(dir.resolve("RulesHook.class")).exists();
    }
}
