package io.mics.loadtest.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A short run against the packaged gateway. The seed is printed; {@code -Dfuzz.seed} repeats its input. */
@Tag("packaged")
@Tag("engine")
class FuzzRunTest {
    private static final Path JAR = Path.of("../app/target/mics.jar").toAbsolutePath();

    @Test
    void hostileClientsDisturbNobodyAndLeaveNothing() throws Exception {
        assertThat(Files.exists(JAR)).as("%s is built before these tests", JAR).isTrue();
        long seed = Long.getLong("fuzz.seed", System.nanoTime() % 1_000_000);
        FuzzRun.Outcome outcome = FuzzRun.run(new FuzzRun.Plan(JAR, 50_000, seed, 20_000));
        assertThat(outcome.violations()).as(outcome.table()).isEmpty();
    }
}
