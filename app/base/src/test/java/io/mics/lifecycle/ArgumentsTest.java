package io.mics.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ArgumentsTest {
    @Test
    void withoutACommandTheServerRuns(@TempDir Path dir) {
        Arguments.Run here = new Arguments.Run(dir);
        assertThat(Arguments.parse()).isEqualTo(new Arguments.Run(Path.of("config")));
        assertThat(Arguments.parse("--config", dir.toString())).isEqualTo(here);
        assertThat(Arguments.parse("--config=" + dir)).isEqualTo(here);
        assertThat(Arguments.parse("config=" + dir)).isEqualTo(here);
    }

    @Test
    void aFolderThatIsNamedMustBeThere(@TempDir Path dir) {
        Path none = dir.resolve("none");
        assertThat(Arguments.parse("--config", none.toString()))
                .isEqualTo(new Arguments.Wrong("--config " + none + " is not a directory"));
    }

    @Test
    void everythingElseIsACommand() {
        for (String[] words : new String[][] {
            {"doctor"}, {"--help"}, {"--config"}, {"--config", "a", "doctor"}, {"--confg=a"}, {"chat", "config=a"}
        }) {
            assertThat(Arguments.parse(words)).isEqualTo(new Arguments.Command(List.of(words)));
        }
    }
}
