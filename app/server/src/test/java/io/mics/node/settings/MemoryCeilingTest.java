package io.mics.node.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.mics.concurrent.HeapShare;
import io.mics.config.ConfigResult;
import io.mics.config.Problem;
import io.mics.message.DuplicateWindow;
import io.mics.testing.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Everything that can grow, added up and held against the heap. */
@Tag("engine")
class MemoryCeilingTest {
    private static final long HEAP = 900L << 20;

    @TempDir
    Path dir;

    private ConfigResult<NodeConfig> read(String mics, long heap) throws IOException {
        Files.writeString(dir.resolve("mics.yaml"), mics);
        Files.writeString(dir.resolve("tenants.yaml"), "tenants: {t1: {}}");
        return new NodeConfigReader(Map.of(), heap).read(dir);
    }

    private NodeConfig valid(String mics) throws IOException {
        return switch (read(mics, HEAP)) {
            case ConfigResult.Valid<NodeConfig> valid -> valid.value();
            case ConfigResult.Invalid<NodeConfig> invalid -> throw new AssertionError(invalid.problems());
        };
    }

    private List<String> problems(String mics) throws IOException {
        return switch (read(mics, HEAP)) {
            case ConfigResult.Valid<NodeConfig> valid -> List.of();
            case ConfigResult.Invalid<NodeConfig> invalid ->
                invalid.problems().stream().map(Problem::line).toList();
        };
    }

    @Test
    void rememberedMessagesAreFewerOnASmallHeap() throws IOException {
        assertThat(valid("").get(DuplicateWindow.Limits.SECTION).maxEntries())
                .isEqualTo((int) (HeapShare.growable(HEAP) / 10 / 200));
    }

    @ParameterizedTest
    @ValueSource(longs = {128, 256, 512, 1_024, 16_384})
    void someOfEveryHeapIsLeftForTheServerItself(long mebibytes) {
        long heap = mebibytes << 20;
        assertThat(heap - HeapShare.growable(heap)).isGreaterThanOrEqualTo(heap / 10 + (32 << 20));
    }

    @Test
    void theDefaultsFit() throws IOException {
        for (String mics : List.of("", "hooks: {record: calls}", "kafka: {bootstrap-servers: 'localhost:1'}")) {
            MemoryCeiling ceiling = MemoryCeiling.of(valid(mics));
            assertThat(ceiling.unlimited()).isEmpty();
            assertThat(ceiling.parts()).containsKeys("inbound.total-bytes", "outbound.total-bytes");
            assertThat(ceiling.total()).isBetween(HEAP / 3, HeapShare.growable(HEAP));
        }
    }

    /** Reads each argument as a mics.yaml, in a process with a heap of its own, and prints what is wrong with it. */
    static final class SmallHeap {
        private SmallHeap() {}

        public static void main(String[] arguments) throws IOException {
            Path dir = Path.of(arguments[0]);
            for (String mics : List.of(arguments).subList(1, arguments.length)) {
                Files.writeString(dir.resolve("mics.yaml"), mics);
                switch (NodeConfigReader.read(dir, Map.of())) {
                    case ConfigResult.Valid<NodeConfig> valid -> {
                        long share = 100
                                * MemoryCeiling.of(valid.value()).total()
                                / HeapShare.growable(Runtime.getRuntime().maxMemory());
                        System.out.println("fits: " + (share <= 100));
                    }
                    case ConfigResult.Invalid<NodeConfig> invalid -> System.out.println(invalid.problems());
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"-Xmx128m", "-Xmx256m"})
    void theDefaultsWithEverythingConfiguredFitIntoASmallHeap(String flag) throws Exception {
        Files.writeString(dir.resolve("tenants.yaml"), "tenants: {t1: {messages: durable}}");
        String files = "hooks: {record: calls, audit-log: audit";
        String kafka = "\nkafka: {bootstrap-servers: 'localhost:1'}";
        String redis = "\nredis: {uri: 'redis://localhost:1'}\ncluster: {token: secret}";
        List<String> arguments = List.of(
                dir.toString(),
                files + "}",
                files + ", audit-topic: audits}" + kafka,
                files + "}" + redis,
                files + ", audit-topic: audits}" + kafka + redis);
        try (ServerProcess process = ServerProcess.run(dir, SmallHeap.class, arguments, flag)) {
            assertThat(process.exitCode()).isZero();
            assertThat(process.log().lines()).containsExactly("fits: true", "fits: true", "fits: true", "fits: true");
        }
    }

    @Test
    void whatHasNoSettingIsAPartToo() throws IOException {
        assertThat(MemoryCeiling.of(valid("")).parts()).containsKey("hook calls after a message");
        assertThat(MemoryCeiling.of(valid("redis: {uri: 'redis://localhost:1'}\ncluster: {token: secret}"))
                        .parts())
                .containsKeys("links between nodes", "messages for nodes that do not answer");
        assertThat(MemoryCeiling.of(valid("hooks: {audit-log: audit}")).parts()).containsKey("hooks.audit-log");
    }

    @Test
    void moreThanTheHeapLeavesIsRefusedInWords() throws IOException {
        assertThat(problems("outbound: {total-bytes: 500MiB}\noffline: {max-bytes: 60%}"))
                .singleElement()
                .asString()
                .contains("memory", "raise -Xmx or lower one of", "outbound.total-bytes=524288000");
        assertThat(problems("outbound: {total-bytes: 10MiB}\noffline: {max-bytes: 45%}"))
                .isEmpty();
    }

    @Test
    void zeroIsUnlimitedAndIsNamed() throws IOException {
        assertThat(MemoryCeiling.of(valid("inbound: {total-bytes: 0}")).unlimited())
                .containsExactly("inbound.total-bytes");
    }
}
