package io.mics.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.concurrent.FatalErrors;
import io.mics.testing.ServerProcess;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Processes in which an error is planted. */
@Timeout(120)
@Tag("engine")
class FatalErrorTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"wheel", "vital-defect", "any-virtual-thread"})
    void endsTheProcessWithACodeAndALogLine(String where) throws Exception {
        try (ServerProcess process = ServerProcess.run(folder, PlantedErrors.class, List.of(where), "-Xmx64m")) {
            assertThat(process.exitCode()).isEqualTo(FatalErrors.EXIT_CODE).isEqualTo(70);
            assertThat(process.log()).containsAnyOf("fatal error on thread", "process_ended");
        }
    }

    @Test
    void aStackThatOverflowsOnOneThreadEndsThatThreadOnly() throws Exception {
        try (ServerProcess process = ServerProcess.run(folder, PlantedErrors.class, List.of("stack"), "-Xmx64m")) {
            assertThat(process.exitCode()).isZero();
            assertThat(process.log()).contains("uncaught exception on thread");
        }
    }
}
