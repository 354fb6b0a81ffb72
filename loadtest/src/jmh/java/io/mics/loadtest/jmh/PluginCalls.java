package io.mics.loadtest.jmh;

import io.mics.concurrent.Deadline;
import io.mics.hook.local.PluginClient;
import io.mics.hook.local.PluginFolder;
import io.mics.hook.point.HookClient;
import io.mics.hook.point.HookPoint;
import io.mics.hook.point.HookResponse;
import io.mics.hook.point.PreSendRequest;
import io.mics.hook.policy.HookDefinition;
import io.mics.hook.policy.HookDefinition.Guarantee;
import io.mics.hook.policy.HookDefinition.Mode;
import io.mics.hook.policy.HookPolicy;
import io.mics.hook.policy.Match;
import io.mics.hook.policy.Retry;
import io.mics.hook.policy.Rollout;
import io.mics.hook.policy.SemanticVersion;
import io.mics.hook.policy.Target;
import io.mics.sdk.plugin.HookContext;
import io.mics.sdk.plugin.HookResult;
import io.mics.sdk.plugin.MessageDraft;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a plugin's call costs beyond the plugin itself, which looks for two words in 128 bytes. Called from virtual
 * threads, as the gateway does. The folder of its jar is the system property {@code plugins}.
 */
@State(Scope.Benchmark)
@BenchmarkMode(org.openjdk.jmh.annotations.Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(value = 1, jvmArgsAppend = "-Djmh.executor=VIRTUAL")
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
public class PluginCalls {
    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    /** On which thread the plugin runs. */
    @Param({"caller", "own"})
    public String thread = "own";

    private final MessageDraft draft = new MessageDraft(
            "m1", "c1", "single:u1:u2", "x".repeat(128).getBytes(StandardCharsets.UTF_8), Map.of(), Map.of());
    private final HookContext context = new HookContext(
            "t1",
            "",
            "single:u1:u2",
            "single",
            "text",
            "u1",
            "d1",
            "0".repeat(32),
            "key",
            1,
            Instant.now(),
            Map.of(),
            Map.of());
    private HookClient client = open("own");

    /** Opens the plugin anew for each measurement. */
    @Setup
    public void open() {
        client.close();
        client = open(thread);
    }

    /** Lets go of its threads. */
    @TearDown
    public void close() {
        client.close();
    }

    /** One call after the other. */
    @Benchmark
    public HookResponse<HookResult> call() throws InterruptedException {
        HookResponse<HookResult> response = client.call(context, new PreSendRequest(draft), Deadline.after(TIMEOUT));
        if (response instanceof HookResponse.Answered<HookResult>) {
            return response;
        }
        throw new IllegalStateException(response.toString());
    }

    private static HookClient open(String thread) {
        Path folder = Path.of(Objects.requireNonNull(System.getProperty("plugins"), "-Dplugins="));
        return PluginClient.factory(new PluginFolder(folder), 1 << 20)
                .open(new HookDefinition(
                        HookPoint.PRE_SEND,
                        "words",
                        SemanticVersion.FIRST,
                        0,
                        Match.ANY,
                        Rollout.ALL,
                        Mode.ENFORCE,
                        new Target.Local(
                                "io.mics.sdk.plugin.example.BlockedWords",
                                Map.of("words", "spam, scam", PluginClient.THREAD, thread)),
                        HookPolicy.DEFAULTS,
                        Retry.DEFAULTS,
                        Guarantee.AT_LEAST_ONCE));
    }
}
