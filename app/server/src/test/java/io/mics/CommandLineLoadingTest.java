package io.mics;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.testing.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The server does not pay for its commands. */
@Timeout(180)
@Tag("engine")
class CommandLineLoadingTest {
    @TempDir
    private Path dir;

    private String log() {
        return "-Xlog:class+load:file=" + dir.resolve("classes.log");
    }

    private List<String> commandClasses() throws IOException {
        return Files.readAllLines(dir.resolve("classes.log")).stream()
                .filter(line -> line.contains(" picocli.") || line.contains(" io.mics.admin.command."))
                .toList();
    }

    @Test
    void theServerLoadsNoClassOfTheCommandLine() throws Exception {
        try (ServerProcess server = ServerProcess.start(dir, "", "", log())) {
            assertThat(server.get("/readyz").statusCode()).isEqualTo(200);
        }
        assertThat(dir.resolve("classes.log")).content().contains("io.mics.node.Node ");
        assertThat(commandClasses()).isEmpty();
    }

    @Test
    void aCommandLoadsThem() throws Exception {
        try (ServerProcess help = ServerProcess.run(dir, Main.class, List.of("--help"), log())) {
            assertThat(help.exitCode()).isZero();
            assertThat(help.log()).contains("dead-letters");
        }
        assertThat(commandClasses()).isNotEmpty();
    }
}
