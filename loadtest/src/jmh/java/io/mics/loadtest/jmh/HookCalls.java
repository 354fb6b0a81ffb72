package io.mics.loadtest.jmh;

import io.mics.hook.point.HookResponse;
import io.mics.sdk.plugin.HookResult;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What a pre-send hook costs its caller when the far end answers at once: choosing the hook, permits, rate, breaker,
 * deadline, transport. {@code bare-grpc} is the same bytes to the same server by gRPC's own blocking call. Called from
 * virtual threads, as the gateway does; with {@code -bm thrpt -tu s -t 64}, calls per second.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(value = 1, jvmArgsAppend = "-Djmh.executor=VIRTUAL")
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
public class HookCalls {
    private static final String TENANT = "t1";

    /** How the hook is reached. */
    @Param({"local", "local-trusted", "grpc", "bare-grpc", "webhook"})
    public String by = "local";

    private final HookEnds ends = new HookEnds();

    /** Puts the hook in force. */
    @Setup(Level.Trial)
    public void open() {
        ends.hooks(Map.of(
                TENANT,
                switch (by) {
                    case "local" -> HookEnds.plugin("own");
                    case "local-trusted" -> HookEnds.plugin("caller");
                    case "webhook" -> ends.webhook();
                    default -> ends.grpc();
                }));
    }

    /** Ends the servers. */
    @TearDown(Level.Trial)
    public void close() throws IOException {
        ends.close();
    }

    /** One call after the other. */
    @Benchmark
    public Object call() throws InterruptedException {
        if (by.startsWith("bare")) {
            return ends.bareCall();
        }
        HookResponse<HookResult> response = ends.call(TENANT);
        if (response instanceof HookResponse.Answered<HookResult>) {
            return response;
        }
        throw new IllegalStateException(response.toString());
    }
}
