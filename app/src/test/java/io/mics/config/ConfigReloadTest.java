package io.mics.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.NodeConfig;
import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import io.mics.tenant.Tenant;
import io.mics.tenant.Tenants;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigReloadTest {
    /** The promise is 2 s; the rest is for a busy machine. */
    private static final Duration DEADLINE = Duration.ofSeconds(10);

    @TempDir
    Path dir;

    private final Metrics metrics = new Metrics();
    private final Tenants tenants = new Tenants(java.util.List.of());
    private @org.jspecify.annotations.Nullable ConfigReload<NodeConfig> reload;

    private ConfigReload<NodeConfig> open(Path from) {
        NodeConfig config = switch (NodeConfigReader.read(from, Map.of())) {
            case Reading.Valid<NodeConfig> valid -> valid.value();
            case Reading.Invalid<NodeConfig> invalid -> throw new AssertionError(invalid.problems());
        };
        tenants.apply(config.tenants());
        var opened = new ConfigReload<>(from, Map.of(), config, new NodeReload(tenants), metrics);
        reload = opened;
        return opened;
    }

    @AfterEach
    void stop() {
        if (reload != null) {
            reload.close();
        }
    }

    private static void await(BooleanSupplier condition) {
        long start = System.nanoTime();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - start).isLessThan(DEADLINE.toNanos());
            LockSupport.parkNanos(5_000_000);
        }
    }

    private void limit(Path file, int connections) throws IOException {
        Files.writeString(file, "tenants: {t1: {limits: {connections: " + connections + "}}}");
    }

    private int connections() {
        return tenants.find("t1").map(t -> t.settings().limits().connections()).orElse(-1);
    }

    private long count(String result) {
        return metrics.counter(Metric.CONFIG_RELOADS, result).value();
    }

    @Test
    void followsRewritesAtomicRenamesAndRecreation() throws IOException {
        Path file = dir.resolve("tenants.yaml");
        limit(file, 1);
        open(dir).start();
        Tenant session = tenants.find("t1").orElseThrow();
        limit(file, 2);
        await(() -> connections() == 2);
        limit(dir.resolve("new"), 3);
        Files.move(dir.resolve("new"), file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        await(() -> connections() == 3);
        Files.delete(file);
        limit(file, 4);
        await(() -> connections() == 4);
        assertThat(session.settings().limits().connections()).isEqualTo(4);
    }

    @Test
    void followsTheSymlinkSwapOfAConfigMap() throws IOException {
        for (int i = 1; i <= 3; i++) {
            limit(Files.createDirectory(dir.resolve("v" + i)).resolve("tenants.yaml"), i);
        }
        Path data = dir.resolve("..data");
        Files.createSymbolicLink(data, Path.of("v1"));
        Files.createSymbolicLink(dir.resolve("tenants.yaml"), Path.of("..data", "tenants.yaml"));
        open(dir).start();
        assertThat(connections()).isEqualTo(1);
        for (int i = 2; i <= 3; i++) {
            int expected = i;
            Files.createSymbolicLink(dir.resolve("..tmp"), Path.of("v" + i));
            Files.move(dir.resolve("..tmp"), data, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            await(() -> connections() == expected);
        }
    }

    @Test
    void aBrokenFileChangesNothingIsReportedAndHeals() throws IOException {
        Path file = dir.resolve("tenants.yaml");
        limit(file, 1);
        var following = open(dir).start();
        Files.writeString(file, "tenants: {t1: {limits: {conections: 5}}}");
        await(() -> following.lastProblem().isPresent());
        assertThat(following.lastProblem().orElseThrow()).contains("tenants.t1.limits.connections");
        assertThat(connections()).isEqualTo(1);
        assertThat(count("failed")).isPositive();
        limit(file, 6);
        await(() -> connections() == 6 && following.lastProblem().isEmpty());
        assertThat(count("ok")).isPositive();
    }

    @Test
    void anEmptyOrMissingTenantsFileChangesNothing() throws IOException {
        Path file = dir.resolve("tenants.yaml");
        limit(file, 1);
        var following = open(dir);
        Files.writeString(file, "tenants:\n");
        following.reload();
        assertThat(following.lastProblem().orElseThrow()).contains("empty or missing");
        Files.delete(file);
        following.reload();
        assertThat(connections()).isEqualTo(1);
        assertThat(following.running().playground().open()).isFalse();
        assertThat(tenants.find("playground")).isEmpty();
        assertThat(count("failed")).isEqualTo(2);
    }

    @Test
    void aReloadClosesThePlaygroundButItsAddressStays() throws IOException {
        var following = open(dir);
        assertThat(tenants.find("playground")).isPresent();
        limit(dir.resolve("tenants.yaml"), 1);
        following.reload();
        assertThat(tenants.find("playground")).isEmpty();
        assertThat(following.running().playground().open()).isFalse();
    }

    @Test
    void whatCannotChangeStaysAndIsNamed() throws IOException {
        limit(dir.resolve("tenants.yaml"), 1);
        var following = open(dir);
        NodeConfig before = following.running();
        Files.writeString(dir.resolve("mics.yaml"), "port: 9999\nhost: 10.0.0.1\ngroup: {max-members: 7}\n");
        following.reload();
        assertThat(following.running().port()).isEqualTo(8080);
        assertThat(following.running().group().maxMembers()).isEqualTo(7);
        assertThat(NodeConfigReader.read(dir, Map.of()))
                .isInstanceOfSatisfying(
                        Reading.Valid.class,
                        valid -> assertThat(NodeReload.frozen(before, (NodeConfig) valid.value()))
                                .containsExactlyInAnyOrder("port", "internal-port", "host"));
    }

    @Test
    void readingTheSameFilesAgainIsNotAReload() throws IOException {
        limit(dir.resolve("tenants.yaml"), 1);
        open(dir).reload();
        assertThat(count("ok")).isZero();
    }
}
