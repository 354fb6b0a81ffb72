package io.mics.observe.log;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.testing.ServerProcess;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
@Tag("engine")
class LogSetupTest {
    @TempDir
    Path dir;

    @Test
    void aSilencedLibraryLogsOnlyWhileSettingsNameIt() throws Exception {
        try (ServerProcess process = ServerProcess.run(dir, ChangedLevels.class, List.of())) {
            assertThat(process.exitCode()).as(process.log()).isZero();
            assertThat(process.log().lines())
                    .containsExactly("started OFF FINE", "renamed WARNING SEVERE", "unnamed OFF SEVERE");
        }
    }
}
