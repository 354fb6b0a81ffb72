package io.mics.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.observe.Log;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every call of {@link Log} in the server's sources names a plain event, and gives values that are scalars. */
class LogCallsTest {
    @TempDir
    Path dir;

    @Test
    void everyLineHasAPlainEventAndScalarValues() throws IOException {
        List<Path> sources = JavaSources.all().stream()
                .filter(source -> source.path().startsWith("app") && !source.isTest())
                .filter(source -> source.lines().stream().anyMatch(line -> line.contains("Log.of(")))
                .map(source -> JavaSources.ROOT.resolve(source.path()))
                .toList();
        LogCalls found = LogCalls.in(sources);
        assertThat(found.problems()).isEmpty();
        assertThat(found.calls()).as("calls that were looked at").isGreaterThan(100);
    }

    @Test
    void whatIsNoneOfThatIsFound() throws IOException {
        Path source = dir.resolve("Odd.java");
        Files.writeString(source, """
            import io.mics.observe.Log;
            import java.util.List;
            import java.util.Map;
            final class Odd {
                private static final Log LOG = Log.of(Odd.class);
                record Changes(List<String> added) {}
                void lines(Changes changes, Exception e, boolean first) {
                    LOG.info("fine_event", "list", List.of("a"), "n", 1, "map", Map.of("a", 1L), "why", e.toString());
                    LOG.warn(first ? "fine_event" : "another_event", "level", Thread.State.NEW);
                    LOG.error("fine_event", e, "text", "a" + 1);
                    named("fine_event", 1);
                    LOG.info("Not fine");
                    LOG.info("record", "changes", changes);
                    LOG.info("in_a_list", "changes", List.of(changes));
                    LOG.info("in_disguise", "changes", changes.toString());
                    LOG.info("list_in_disguise", "changes", String.valueOf(changes.added()));
                    LOG.info("joined_in_disguise", "changes", "now " + changes);
                    LOG.info("no_value", "changes");
                    LOG.info("odd_name", "two words", 1);
                    LOG.info("event_" + changes.added().size());
                    LOG.error("unknown_type", null, "object", (Object) changes);
                    named("by another name", 1);
                }
                private void named(String event, int n) {
                    LOG.debug(event, "n", n);
                }
            }
            """, StandardCharsets.UTF_8);
        assertThat(LogCalls.in(List.of(source)).problems().stream()
                        .map(problem -> Integer.parseInt(problem.split(":")[1])))
                .as("lines")
                .containsExactly(12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22);
    }
}
