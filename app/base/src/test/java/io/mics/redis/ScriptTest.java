package io.mics.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ScriptTest {
    /** The names of all scripts. */
    static List<String> names() throws IOException, URISyntaxException {
        Path one = Path.of(Objects.requireNonNull(Script.class.getResource("/redis/probe.lua"))
                .toURI());
        try (Stream<Path> files = Files.list(Objects.requireNonNull(one.getParent()))) {
            return files.map(file -> file.getFileName().toString().replace(".lua", ""))
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("names")
    void everyScriptSaysWhatItTakesAndReturns(String name) {
        Script script = Script.load(name);
        String head = script.source()
                .lines()
                .takeWhile(line -> line.startsWith("--"))
                .toList()
                .toString();
        assertThat(head).contains("-- KEYS[1]", "-- returns");
        assertThat(head.contains("ARGV[1"))
                .isEqualTo(!script.source()
                        .lines()
                        .filter(line -> !line.startsWith("--") && line.contains("ARGV"))
                        .toList()
                        .isEmpty());
        assertThat(script.digest()).matches("[0-9a-f]{40}");
    }

    @Test
    void aScriptThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> Script.load("nothing"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("/redis/nothing.lua");
    }
}
