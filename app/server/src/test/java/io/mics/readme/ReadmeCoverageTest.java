package io.mics.readme;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.readme.Readme.Example;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** That no example of README is left out: each is named by a test that runs it, or run by {@code .ci/run}. */
class ReadmeCoverageTest {
    private static final Pattern SHELL = Pattern.compile("\\bsh\\(\"((?:[^\"\\\\]|\\\\.)+)\"");
    private static final Pattern OTHER = Pattern.compile("example\\(\"(\\w+)\", \"([^\"]+)\"\\)");
    private static final List<Path> TESTS =
            List.of(Path.of("src/test/java/io/mics/readme"), Path.of("src/test/java/io/mics/console"));

    /** What builds the project, by the heading below which {@code .ci/run} finds it. */
    private static final Map<String, String> OF_CI =
            Map.of("./mvnw -Prun", "Two commands", "./mvnw package -DskipTests", "The jar");

    private record Named(String language, String containing) {
        boolean names(Example example) {
            return example.language().equals(language) && example.text().contains(containing);
        }
    }

    @Test
    void everyExampleIsRunByATest() throws IOException {
        List<Named> named = named();
        assertThat(Readme.EXAMPLES.stream()
                        .filter(example -> OF_CI.keySet().stream().noneMatch(example.text()::startsWith))
                        .filter(example -> named.stream().noneMatch(one -> one.names(example)))
                        .map(Example::text))
                .isEmpty();
        assertThat(Readme.EXAMPLES).extracting(Example::language).containsOnly("sh", "js", "java");
    }

    @Test
    void whatBuildsTheProjectIsRunByCi() throws IOException {
        String ci = Files.readString(Path.of("../../.ci/run"));
        OF_CI.forEach((command, heading) -> {
            assertThat(Readme.example("sh", command).text()).startsWith(command);
            assertThat(ci).contains("of '" + heading + "'");
        });
    }

    private static List<Named> named() throws IOException {
        List<Named> named = new ArrayList<>();
        for (Path folder : TESTS) {
            try (Stream<Path> files = Files.list(folder)) {
                for (Path file : files.toList()) {
                    String source = Files.readString(file);
                    Matcher shell = SHELL.matcher(source);
                    while (shell.find()) {
                        named.add(new Named("sh", shell.group(1)));
                    }
                    Matcher other = OTHER.matcher(source);
                    while (other.find()) {
                        named.add(new Named(other.group(1), other.group(2)));
                    }
                }
            }
        }
        return named;
    }
}
