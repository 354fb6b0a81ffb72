package io.mics.loadtest.durable;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.loadtest.durable.DurableRun.Disturbance;
import io.mics.loadtest.durable.Installation.Engine;
import io.mics.loadtest.history.Fault.Kind;
import io.mics.loadtest.history.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Short runs against the packaged gateway, which together do everything that can be done to an installation. The seed
 * is printed; {@code -Dcluster.seed} repeats one.
 */
@Tag("packaged")
@Tag("engine")
class DurableRunTest {
    private static final Path JAR = Path.of(System.getProperty("cluster.jar", "../app/target/mics.jar"));
    private static final Duration CALM = Duration.ofMillis(1_500);
    private static final double PER_SECOND = 4;

    private static final Set<Kind> IN_THE_NODE = EnumSet.of(Kind.KILL, Kind.CLIENTS_CUT, Kind.CLIENTS_DELAY);
    private static final Set<Kind> WITHOUT_KAFKA = EnumSet.of(
            Kind.KILL, Kind.NODE_STOP, Kind.REDIS_CUT, Kind.LINK_SILENT, Kind.LINK_DELAY, Kind.DATABASE_STOP);
    private static final Set<Kind> WITH_KAFKA = EnumSet.of(
            Kind.KILL,
            Kind.RESTART,
            Kind.NODE_FREEZE,
            Kind.REDIS_STOP,
            Kind.LINK_CUT,
            Kind.DATABASE_KILL,
            Kind.KAFKA_KILL,
            Kind.KAFKA_STOP);

    private static Report assertRight(Engine engine, int nodes, long messages, Set<Kind> faults)
            throws IOException, InterruptedException, SQLException {
        assertThat(Files.exists(JAR)).as("%s is built before these tests", JAR).isTrue();
        long seed = Long.getLong("cluster.seed", System.nanoTime() % 1_000_000);
        DurableRun.Outcome outcome = DurableRun.run(new DurableRun.Plan(
                JAR.toAbsolutePath(), engine, nodes, 1, messages, PER_SECOND, new Disturbance(seed, CALM, faults)));
        Report report = outcome.report();
        assertThat(report.clean()).as(report.toString()).isTrue();
        assertThat(outcome.settled())
                .as("everything answered, every device has everything")
                .isTrue();
        assertThat(report.count("messages SENT")).isGreaterThan(messages * 9 / 10);
        assertThat(report.count("owed while nothing was done")).isPositive();
        assertThat(report.count("owed while nothing was done, had by a page"))
                .as("pages hide what is not delivered")
                .isLessThan(report.count("owed while nothing was done") / 20);
        for (Kind kind : faults) {
            assertThat(report.count("fault " + kind)).as(kind.toString()).isPositive();
        }
        return report;
    }

    @Test
    void nothingAcknowledgedIsLostOrRepeatedWithTheDatabaseInTheNode()
            throws IOException, InterruptedException, SQLException {
        Report report = assertRight(Engine.EMBEDDED, 1, 8_000, IN_THE_NODE);
        assertThat(report.count("acked ACCEPTED")).isZero();
    }

    @Test
    void nothingAcknowledgedIsLostOrRepeatedOnTwoNodesWithPostgres()
            throws IOException, InterruptedException, SQLException {
        Report report = assertRight(Engine.POSTGRES, 2, 8_000, WITHOUT_KAFKA);
        assertThat(report.count("acked ACCEPTED")).isZero();
    }

    @Test
    void nothingAcknowledgedIsLostOrRepeatedOnTwoNodesWithKafkaAndPostgres()
            throws IOException, InterruptedException, SQLException {
        Report report = assertRight(Engine.KAFKA, 2, 10_000, WITH_KAFKA);
        assertThat(report.count("acked ACCEPTED")).isPositive();
    }

    @Test
    void theRunsTogetherDoEverythingThatCanBeDone() {
        Set<Kind> done = EnumSet.copyOf(IN_THE_NODE);
        done.addAll(WITHOUT_KAFKA);
        done.addAll(WITH_KAFKA);
        assertThat(done).isEqualTo(DurableRun.faults(Engine.KAFKA, 2));
    }
}
