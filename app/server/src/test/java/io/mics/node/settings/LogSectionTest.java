package io.mics.node.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.config.ConfigResult;
import io.mics.config.Problem;
import io.mics.observe.log.LogSettings;
import io.mics.observe.log.LogSettings.Format;
import io.mics.observe.log.LogSettings.Level;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogSectionTest {
    @TempDir
    Path dir;

    private ConfigResult<NodeConfig> read(String mics, Map<String, String> environment) throws IOException {
        Files.writeString(dir.resolve("mics.yaml"), mics);
        return NodeConfigReader.read(dir, environment);
    }

    private LogSettings valid(String mics, Map<String, String> environment) throws IOException {
        return switch (read(mics, environment)) {
            case ConfigResult.Valid<NodeConfig> valid -> valid.value().get(LogSection.SECTION);
            case ConfigResult.Invalid<NodeConfig> invalid -> throw new AssertionError(invalid.problems());
        };
    }

    private List<String> problems(String mics, Map<String, String> environment) throws IOException {
        return switch (read(mics, environment)) {
            case ConfigResult.Valid<NodeConfig> valid -> List.of();
            case ConfigResult.Invalid<NodeConfig> invalid ->
                invalid.problems().stream().map(Problem::line).toList();
        };
    }

    @Test
    void theFileSaysFormatLevelAndLevelsOfPackages() throws IOException {
        assertThat(valid("log: {format: text, level: warn, levels: {io.mics.hook: DEBUG, io.lettuce: info}}", Map.of()))
                .isEqualTo(new LogSettings(
                        Format.TEXT, Level.WARN, Map.of("io.mics.hook", Level.DEBUG, "io.lettuce", Level.INFO)));
    }

    @Test
    void withoutATerminalLinesAreJsonFromInfoOn() throws IOException {
        assertThat(valid("", Map.of("LOG_FORMAT", "json")))
                .isEqualTo(new LogSettings(Format.JSON, Level.INFO, Map.of()));
    }

    @Test
    void theEnvironmentBeatsTheFile() throws IOException {
        assertThat(valid(
                        "log: {format: text, level: WARN, levels: {io.mics.hook: DEBUG, io.mics.ws: DEBUG}}",
                        Map.of(
                                "LOG_FORMAT",
                                "json",
                                "LOG_LEVEL",
                                "ERROR",
                                "LOG_LEVELS",
                                "{\"io.mics.hook\":\"WARN\",\"io.mics\":\"INFO\"}")))
                .isEqualTo(new LogSettings(
                        Format.JSON,
                        Level.ERROR,
                        Map.of("io.mics.hook", Level.WARN, "io.mics.ws", Level.DEBUG, "io.mics", Level.INFO)));
    }

    @Test
    void whatIsNoLevelNoFormatAndNoPackageIsNamed() throws IOException {
        assertThat(problems("log: {format: xml, level: LOUD, levels: {io.mics.hook: TRACE, 'a b': INFO}}", Map.of()))
                .hasSize(4)
                .anyMatch(line -> line.startsWith("log.format: 'xml' is not one of [text, json]"))
                .anyMatch(line -> line.startsWith("log.level: is not one of ERROR, WARN, INFO, DEBUG"))
                .anyMatch(line -> line.startsWith("log.levels.io.mics.hook: is not one of ERROR, WARN, INFO, DEBUG"))
                .anyMatch(line -> line.startsWith("log.levels.a b: is no name of a package or class"));
        assertThat(problems("", Map.of("LOG_LEVELS", "{\"io.mics\":\"LOUD\"}")))
                .singleElement()
                .asString()
                .contains("environment LOG_LEVELS");
    }

    @Test
    void oneLevelTooManyIsRefused() throws IOException {
        StringBuilder levels = new StringBuilder("log:\n  levels:\n");
        for (int i = 0; i < 65; i++) {
            levels.append("    a.b").append(i).append(": INFO\n");
        }
        assertThat(problems(levels.toString(), Map.of()))
                .singleElement()
                .asString()
                .contains("one too many");
    }
}
