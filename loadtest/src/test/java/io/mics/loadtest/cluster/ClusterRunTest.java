package io.mics.loadtest.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.loadtest.history.Fault.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Short runs against the packaged gateway. The seed is printed; {@code -Dcluster.seed} repeats one. */
@Tag("packaged")
@Tag("engine")
class ClusterRunTest {
    private static final Path JAR = Path.of("../app/target/mics.jar").toAbsolutePath();

    private static ClusterRun.Outcome run(int nodes, int seconds, long messages, Set<Kind> faults)
            throws IOException, InterruptedException {
        assertThat(Files.exists(JAR)).as("%s is built before these tests", JAR).isTrue();
        long seed = Long.getLong("cluster.seed", System.nanoTime() % 1_000_000);
        return ClusterRun.run(new ClusterRun.Plan(JAR, nodes, seconds, messages, 6, seed, faults));
    }

    private static void assertRight(ClusterRun.Outcome outcome) {
        assertThat(outcome.report().clean()).as(outcome.report().toString()).isTrue();
        assertThat(outcome.settled())
                .as("everything answered, everybody online")
                .isTrue();
        assertThat(outcome.leaks()).as("where bodies were found").isEmpty();
    }

    @Test
    void oneNodeLosesAndRepeatsNothing() throws IOException, InterruptedException {
        ClusterRun.Outcome outcome = run(1, 8, 5_000, Set.of(Kind.CLIENTS_DELAY));
        assertRight(outcome);
        assertThat(outcome.report().count("lost, listed by a node that was killed"))
                .isZero();
        assertThat(outcome.report().count("lost on a connection that broke")).isZero();
        assertThat(outcome.report().count("order compared")).isPositive();
    }

    @Test
    void threeNodesKeepTheirPromisesWhateverBreaks() throws IOException, InterruptedException {
        ClusterRun.Outcome outcome = run(3, 60, 50_000, FaultPlan.ALL);
        assertRight(outcome);
        assertThat(outcome.report().count("messages SENT")).isGreaterThan(49_000);
        for (Kind kind : FaultPlan.ALL) {
            assertThat(outcome.report().count("fault " + kind))
                    .as(kind.toString())
                    .isPositive();
        }
    }

    @Test
    void aRollingRestartLosesNothingAndEverybodyIsBackInTime() throws IOException, InterruptedException {
        ClusterRun.Outcome outcome = run(3, 45, 10_000, Set.of(Kind.RESTART));
        assertRight(outcome);
        assertThat(outcome.report().count("fault RESTART")).isGreaterThanOrEqualTo(3);
        assertThat(outcome.report().count("broken without a fault")).isZero();
        assertThat(outcome.report().count("lost on a connection that broke")).isZero();
        assertThat(outcome.report().count("slowest return after its hint, ms")).isLessThan(3_000);
    }
}
