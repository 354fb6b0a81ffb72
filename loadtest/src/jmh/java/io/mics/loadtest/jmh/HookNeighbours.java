package io.mics.loadtest.jmh;

import io.mics.hook.point.HookResponse;
import io.mics.sdk.plugin.HookResult;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
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
 * What tenant B's gRPC hook costs its caller while 400 senders of tenant A, each with a message every 100 ms, meet a
 * hook of their own that is well, or a black hole whose breaker never opens: all 100 of its permits are taken all the
 * time.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(value = 3, jvmArgsAppend = "-Djmh.executor=VIRTUAL")
@Warmup(iterations = 5, time = 2)
@Measurement(iterations = 5, time = 2)
public class HookNeighbours {
    private static final int SENDERS = 400;
    private static final long PAUSE_MS = 100;

    /** How tenant A's hook is. */
    @Param({"well", "black-hole"})
    public String neighbour = "well";

    private final HookEnds ends = new HookEnds();
    private final AtomicBoolean sending = new AtomicBoolean(true);

    /** Puts the hooks in force and lets tenant A send. */
    @Setup(Level.Trial)
    public void open() {
        ends.hooks(Map.of("b", ends.grpc(), "a", "well".equals(neighbour) ? ends.grpc() : ends.blackHole()));
        for (int i = 0; i < SENDERS; i++) {
            Thread.ofVirtual().start(this::send);
        }
    }

    private void send() {
        try {
            while (sending.get()) {
                ends.call("a");
                Thread.sleep(PAUSE_MS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends the senders and the servers. */
    @TearDown(Level.Trial)
    public void close() throws IOException {
        sending.set(false);
        ends.close();
    }

    /** One call of tenant B after the other. */
    @Benchmark
    public HookResponse<HookResult> call() throws InterruptedException {
        HookResponse<HookResult> response = ends.call("b");
        if (response instanceof HookResponse.Answered<HookResult>) {
            return response;
        }
        throw new IllegalStateException(response.toString());
    }
}
