package io.mics.hook.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.config.ConfigResult;
import io.mics.config.reload.ConfigReload;
import io.mics.hook.point.HookPoint;
import io.mics.hook.policy.MatchInput;
import io.mics.hook.registry.BoundHook;
import io.mics.hook.registry.HookRegistry;
import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import io.mics.testing.Await;
import io.mics.testing.gateway.HookTargets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HooksReloadTest {
    private static final MatchInput MESSAGE = new MatchInput("t1", "", "single", "text", "u1");

    @TempDir
    Path dir;

    private final Metrics metrics = new Metrics();
    private final HookTargets targets = new HookTargets();
    private final HookRegistry registry = targets.registry();
    private final HookOverrides overrides =
            new HookOverrides(registry, new MemoryHookOverrides(), HooksFile.NONE).start();
    private @Nullable ConfigReload<HooksFile> reload;

    private ConfigReload<HooksFile> open(Map<String, String> environment) {
        HooksFile hooksFile = switch (HooksFileReader.read(dir, environment)) {
            case ConfigResult.Valid<HooksFile> valid -> valid.value();
            case ConfigResult.Invalid<HooksFile> invalid -> throw new AssertionError(invalid.problems());
        };
        overrides.file(hooksFile);
        var opened = new ConfigReload<>(dir, environment, hooksFile, new HooksReload(overrides::file), metrics);
        reload = opened;
        return opened;
    }

    @AfterEach
    void stop() {
        if (reload != null) {
            reload.close();
        }
        overrides.close();
        registry.close();
    }

    /** Two hooks of one generation. */
    private static String generation(int version) {
        String hook = "{name: %s, version: %d.0.0, transport: {type: grpc, endpoint: \"http://h:1\"}}";
        return "hooks:\n  pre-send:\n    - " + hook.formatted("a", version) + "\n    - " + hook.formatted("b", version)
                + "\n";
    }

    private List<String> met() {
        return registry.boundHooks(HookPoint.PRE_SEND, MESSAGE).stream()
                .map(BoundHook::definition)
                .map(hook -> hook.id())
                .toList();
    }

    private void awaitGeneration(int version) {
        Await.until(
                "generation " + version, () -> met().equals(List.of("a@" + version + ".0.0", "b@" + version + ".0.0")));
    }

    private long count(String result) {
        return metrics.counter(Metric.HOOK_RELOADS, result).value();
    }

    @Test
    void followsAFileThatAppearsIsRewrittenAndIsReplaced() throws IOException {
        Path file = dir.resolve("hooks.yaml");
        open(Map.of()).start();
        assertThat(met()).isEmpty();
        Files.writeString(file, generation(1));
        awaitGeneration(1);
        Files.writeString(file, generation(2));
        awaitGeneration(2);
        Files.writeString(dir.resolve("new"), generation(3));
        Files.move(dir.resolve("new"), file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        awaitGeneration(3);
    }

    @Test
    void followsTheSymlinkSwapOfAConfigMapInAFolder() throws IOException {
        Path folder = Files.createDirectory(dir.resolve("d"));
        for (int i = 1; i <= 3; i++) {
            Files.writeString(Files.createDirectory(folder.resolve("..v" + i)).resolve("hooks.yaml"), generation(i));
        }
        Path data = folder.resolve("..data");
        Files.createSymbolicLink(data, Path.of("..v1"));
        Files.createSymbolicLink(folder.resolve("hooks.yaml"), Path.of("..data", "hooks.yaml"));
        open(Map.of("MESSAGE_ORCHESTRATOR_HOOKS_CONFIG_DIR", folder.toString())).start();
        awaitGeneration(1);
        for (int i = 2; i <= 3; i++) {
            Files.createSymbolicLink(folder.resolve("..tmp"), Path.of("..v" + i));
            Files.move(
                    folder.resolve("..tmp"), data, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            awaitGeneration(i);
        }
    }

    @Test
    void aBrokenFileChangesNothingIsReportedWithItsLineAndHeals() throws IOException {
        Path file = dir.resolve("hooks.yaml");
        Files.writeString(file, generation(1));
        var following = open(Map.of()).start();
        Files.writeString(file, generation(2) + "      timeout: 0\n      tmeout: 1s\n");
        Await.until("a problem", () -> following.lastProblem().isPresent());
        assertThat(met()).containsExactly("a@1.0.0", "b@1.0.0");
        assertThat(count("failed")).isPositive();
        Files.writeString(file, "hooks:\n  pre-send:\n    - name: c\n      timeout: 0\n      tmeout: 1s\n");
        following.reload();
        assertThat(following.lastProblem().orElseThrow())
                .contains("hooks.pre-send[0].timeout of hook c: '0' is not a time", "hooks.yaml:4)")
                .contains("hooks.pre-send[0].tmeout of hook c: is not a known key", "hooks.yaml:5)");
        Files.writeString(file, generation(3));
        awaitGeneration(3);
        Await.until("no problem", () -> following.lastProblem().isEmpty());
        assertThat(count("ok")).isPositive();
    }

    @Test
    void anEmptyOrMissingFileTakesNoHookAwayUntilItSaysSo() throws IOException {
        Path file = dir.resolve("hooks.yaml");
        Files.writeString(file, generation(1));
        var following = open(Map.of());
        Files.writeString(file, "");
        following.reload();
        assertThat(following.lastProblem().orElseThrow()).contains("is empty or missing, and was not");
        Files.delete(file);
        following.reload();
        assertThat(met()).hasSize(2);
        assertThat(count("failed")).isEqualTo(2);
        Files.writeString(file, "hooks: {}\n");
        following.reload();
        assertThat(met()).isEmpty();
        assertThat(following.lastProblem()).isEmpty();
    }

    @Test
    void aHundredReloadsAreEachSeenWholeByAMessageThatAsksMeanwhile() throws Exception {
        Files.writeString(dir.resolve("hooks.yaml"), generation(1));
        var following = open(Map.of());
        SynchronousQueue<Boolean> asked = new SynchronousQueue<>();
        Set<List<String>> seen = ConcurrentHashMap.newKeySet();
        Thread asking = Thread.ofVirtual().start(() -> {
            try {
                while (!Thread.currentThread().isInterrupted()) {
                    for (int i = 0; i < 50; i++) {
                        seen.add(met());
                    }
                    asked.offer(true, 1, TimeUnit.MILLISECONDS);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        for (int i = 2; i <= 101; i++) {
            Files.writeString(dir.resolve("hooks.yaml"), generation(i));
            following.reload();
            assertThat(asked.poll(10, TimeUnit.SECONDS)).isTrue();
            assertThat(met()).containsExactly("a@" + i + ".0.0", "b@" + i + ".0.0");
        }
        asking.interrupt();
        asking.join();
        assertThat(count("ok")).isEqualTo(100);
        assertThat(seen).hasSizeGreaterThan(50).allSatisfy(hooks -> {
            assertThat(hooks).hasSize(2);
            assertThat(hooks.get(1)).isEqualTo(hooks.get(0).replace("a@", "b@"));
        });
    }

    @Test
    void readingTheSameFileAgainIsNotAReloadAndOpensNothing() throws IOException {
        Files.writeString(dir.resolve("hooks.yaml"), generation(1));
        open(Map.of()).reload();
        assertThat(count("ok")).isZero();
        assertThat(targets.opened).hasSize(2);
    }
}
