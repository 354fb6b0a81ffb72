package io.mics.hook.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.mics.hook.point.HookPoint;
import io.mics.hook.policy.HookDefinition;
import io.mics.hook.registry.HookExecution;
import io.mics.observe.Counter;
import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import io.mics.testing.Await;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The audit's file on a disk that is full, and has room again. */
@Timeout(60)
class AuditDiskTest {
    private static final Path FULL = Path.of("/dev/full");

    private final Counter dropped = new Metrics().counter(Metric.HOOK_AUDIT_DROPPED, "n1");

    @TempDir
    Path folder;

    private static HookExecution execution(String id) {
        return new HookExecution(
                "t1",
                HookPoint.PRE_SEND,
                "moderation",
                "1.0.0",
                HookDefinition.Mode.ENFORCE,
                "",
                id,
                "text",
                "trace",
                "allow",
                1,
                "",
                List.of());
    }

    @Test
    void retriesUntilThereIsRoomAndSaysSoMeanwhile() throws Exception {
        assumeThat(FULL).exists();
        Path file = folder.resolve("audit");
        Files.createSymbolicLink(file, FULL);
        try (HookAudit audit = HookAudit.to(file.toString(), Optional.empty(), dropped)) {
            audit.write(execution("lost"));
            Await.until("the failure is known", () -> audit.problem().isPresent());
            assertThat(audit.problem().orElseThrow()).contains("not audited", "No space left on device");
            assertThat(dropped.value()).isEqualTo(1);

            Files.delete(file);
            Files.writeString(file, "{\"a line that was cut");
            Await.until("a try succeeded", () -> {
                audit.write(execution("written"));
                return audit.problem().isEmpty();
            });
        }
        assertThat(Files.readAllLines(file))
                .hasSizeGreaterThan(1)
                .startsWith("{\"a line that was cut")
                .last()
                .asString()
                .contains("\"written\"");
    }
}
