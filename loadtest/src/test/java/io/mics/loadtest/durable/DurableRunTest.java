package io.mics.loadtest.durable;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.loadtest.durable.Installation.Engine;
import io.mics.loadtest.history.Fault.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Short runs against the packaged gateway. The seed is printed; {@code -Dcluster.seed} repeats one. */
@Tag("packaged")
@Tag("engine")
class DurableRunTest {
    private static final Path JAR = Path.of(System.getProperty("cluster.jar", "../app/target/mics.jar"));

    private static void assertRight(Engine engine, Set<Kind> faults)
            throws IOException, InterruptedException, SQLException {
        assertThat(Files.exists(JAR)).as("%s is built before these tests", JAR).isTrue();
        long seed = Long.getLong("cluster.seed", System.nanoTime() % 1_000_000);
        DurableRun.Outcome outcome =
                DurableRun.run(new DurableRun.Plan(JAR.toAbsolutePath(), engine, 1, 20, 20_000, 6, seed, faults));
        assertThat(outcome.report().clean()).as(outcome.report().toString()).isTrue();
        assertThat(outcome.settled())
                .as("everything answered, every device has everything")
                .isTrue();
        assertThat(outcome.report().count("messages SENT")).isGreaterThan(19_000);
        assertThat(outcome.report().count("owed while nothing was done")).isPositive();
        assertThat(outcome.report().count("owed while nothing was done, had by a page"))
                .as("pages hide what is not delivered")
                .isLessThan(outcome.report().count("owed while nothing was done") / 20);
        for (Kind kind : faults) {
            assertThat(outcome.report().count("fault " + kind))
                    .as(kind.toString())
                    .isPositive();
        }
    }

    @Test
    void nothingAcknowledgedIsLostOrRepeatedWithTheDatabaseInTheNode()
            throws IOException, InterruptedException, SQLException {
        assertRight(Engine.EMBEDDED, DurableRun.EMBEDDED);
    }

    @Test
    void nothingAcknowledgedIsLostOrRepeatedWithPostgres() throws IOException, InterruptedException, SQLException {
        assertRight(Engine.POSTGRES, DurableRun.POSTGRES);
    }
}
