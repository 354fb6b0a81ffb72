package io.mics.config.reload;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.config.ConfigResult;
import io.mics.config.Problem;
import io.mics.console.PlaygroundSettings;
import io.mics.lifecycle.DrainSettings;
import io.mics.node.settings.NodeConfig;
import io.mics.node.settings.NodeConfigReader;
import io.mics.node.settings.NodeReload;
import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import io.mics.routing.delivery.GroupSettings;
import io.mics.tenant.Tenant;
import io.mics.tenant.Tenants;
import io.mics.testing.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigReloadTest {
    @TempDir
    Path dir;

    private final Metrics metrics = new Metrics();
    private final Tenants tenants = new Tenants(java.util.List.of());
    private @org.jspecify.annotations.Nullable ConfigReload<NodeConfig> reload;

    private ConfigReload<NodeConfig> open(Path from) {
        return open(from, () -> Thread.sleep(20));
    }

    private ConfigReload<NodeConfig> open(Path from, ConfigReload.Pause pause) {
        NodeConfig config = switch (NodeConfigReader.read(from, Map.of())) {
            case ConfigResult.Valid<NodeConfig> valid -> valid.value();
            case ConfigResult.Invalid<NodeConfig> invalid -> throw new AssertionError(invalid.problems());
        };
        tenants.apply(config.tenants().all());
        var opened = new ConfigReload<>(from, Map.of(), config, new NodeReload(tenants, changed -> {}), metrics, pause);
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
        Await.until("reloaded", condition);
    }

    private void limit(Path file, int connections) throws IOException {
        replace(file, "tenants: {t1: {limits: {connections: " + connections + "}}}");
    }

    /** At once: a file that is read between two writes is another file, and another reload. */
    private static void replace(Path file, String text) throws IOException {
        Path next = Files.writeString(Files.createTempFile("mics-next", ".yaml"), text);
        Files.move(next, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
    }

    private static void append(Path file) {
        try {
            Files.writeString(file, "x", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
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

    /** A shorter file can be valid, without some tenants: their clients would be answered that they do not exist. */
    @Test
    void aFileThatIsBeingWrittenIsNotReadBeforeTwoLooksAreEqual() throws Exception {
        Path file = dir.resolve("tenants.yaml");
        String first = "tenants:\n  t1: {limits: {connections: 2}}\n";
        Files.writeString(file, first + "  t2: {}\n");
        var looks = new AtomicInteger();
        var missing = new AtomicInteger();
        open(dir, () -> {
                    missing.addAndGet(tenants.find("t2").isPresent() ? 0 : 1);
                    int look = looks.incrementAndGet();
                    try {
                        if (look <= 20) {
                            Files.writeString(file, first + "# " + "x".repeat(look) + "\n");
                        } else if (look == 21) {
                            Files.writeString(file, first.replace("2", "3") + "  t2: {}\n");
                        }
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                })
                .start();
        await(() -> connections() == 3 && count("ok") > 0);
        assertThat(tenants.find("t2")).isPresent();
        assertThat(missing).hasValue(0);
        assertThat(count("ok")).isEqualTo(1);
    }

    @Test
    void whatIsWrittenWhileItIsReadIsReadAgain() throws IOException {
        Path file = dir.resolve("tenants.yaml");
        limit(file, 1);
        NodeReload following = new NodeReload(tenants, changed -> {});
        var writing = new Reloadable<NodeConfig>() {
            private int readings;

            @Override
            public java.util.List<Path> watched(Path from, Map<String, String> environment) {
                return following.watched(from, environment);
            }

            @Override
            public Metric reloads() {
                return following.reloads();
            }

            @Override
            public ConfigResult<NodeConfig> read(Path from, Map<String, String> environment) {
                ConfigResult<NodeConfig> reading = following.read(from, environment);
                if (++readings == 1) {
                    try {
                        limit(file, 333);
                    } catch (IOException e) {
                        throw new AssertionError(e);
                    }
                }
                return reading;
            }

            @Override
            public java.util.List<Problem> refuse(NodeConfig running, NodeConfig next) {
                return following.refuse(running, next);
            }

            @Override
            public NodeConfig apply(NodeConfig running, NodeConfig next) {
                return following.apply(running, next);
            }
        };
        NodeConfig none = open(dir).running();
        tenants.apply(java.util.List.of());
        try (var reloading = new ConfigReload<>(dir, Map.of(), none, writing, metrics)) {
            reloading.reload();
            assertThat(connections()).isEqualTo(-1);
            reloading.reload();
            assertThat(connections()).isEqualTo(333);
        }
    }

    @Test
    void aBrokenFileChangesNothingIsReportedAndHeals() throws IOException {
        Path file = dir.resolve("tenants.yaml");
        limit(file, 1);
        var following = open(dir).start();
        replace(file, "tenants: {t1: {limits: {conections: 5}}}");
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
        replace(file, "tenants:\n");
        following.reload();
        assertThat(following.lastProblem().orElseThrow()).contains("empty or missing");
        Files.delete(file);
        following.reload();
        assertThat(connections()).isEqualTo(1);
        assertThat(following.running().tenants().playground()).isFalse();
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
        assertThat(following.running().tenants().playground()).isFalse();
    }

    @Test
    void theTimesOfADrainAreThoseOfTheLastReload() throws IOException {
        ConfigReload<NodeConfig> opened = open(dir);
        opened.start();
        assertThat(opened.running().get(DrainSettings.SECTION).drainMin()).isZero();
        replace(dir.resolve("mics.yaml"), "drain-timeout: 7s\ndrain-min: 6s\n");
        await(() -> opened.running().get(DrainSettings.SECTION).drainMin().equals(Duration.ofSeconds(6)));
        assertThat(opened.running().get(DrainSettings.SECTION).drainTimeout()).isEqualTo(Duration.ofSeconds(7));
    }

    @Test
    void whatCannotChangeStaysAndIsNamed() throws IOException {
        limit(dir.resolve("tenants.yaml"), 1);
        var following = open(dir);
        NodeConfig before = following.running();
        replace(
                dir.resolve("mics.yaml"),
                "port: 9999\nhost: 10.0.0.1\ngroup: {max-members: 7}\nplayground: {page: true}\n");
        following.reload();
        assertThat(following.running().node().port()).isEqualTo(8080);
        assertThat(following.running().get(GroupSettings.SECTION).maxMembers()).isEqualTo(7);
        assertThat(following.running().get(PlaygroundSettings.SECTION).page()).isTrue();
        assertThat(NodeConfigReader.read(dir, Map.of()))
                .isInstanceOfSatisfying(
                        ConfigResult.Valid.class,
                        valid -> assertThat(before.frozen((NodeConfig) valid.value()))
                                .containsExactlyInAnyOrder("port", "internal-port", "host"));
    }

    @Test
    void anotherFileThatIsWrittenInTheFolderIsNoReasonToReadAgain() throws IOException {
        Path file = dir.resolve("tenants.yaml");
        limit(file, 1);
        Path log = dir.resolve("server.log");
        CountDownLatch written = new CountDownLatch(3);
        var following = open(dir, () -> {
                    append(log);
                    written.countDown();
                })
                .start();
        replace(file, "tenants: {t1: {limits: {conections: 5}}}");
        await(() -> following.lastProblem().isPresent() && written.getCount() == 0);
        limit(file, 6);
        await(() -> connections() == 6);
        assertThat(count("failed")).isEqualTo(1);
    }

    @Test
    void readingTheSameFilesAgainIsNotAReload() throws IOException {
        limit(dir.resolve("tenants.yaml"), 1);
        open(dir).reload();
        assertThat(count("ok")).isZero();
    }
}
