package io.mics.hook.record;

import io.mics.concurrent.HeapShare;
import io.mics.hook.point.HookRequest;
import io.mics.hook.point.HookResponse;
import io.mics.hook.policy.HookDefinition;
import io.mics.observe.Counter;
import io.mics.observe.log.LineWriter;
import io.mics.sdk.plugin.HookContext;
import io.mics.sdk.plugin.HookResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Records calls of hooks in a file. What its thread cannot keep up with is dropped and counted. */
public final class HookRecorder implements AutoCloseable {
    private static final int QUEUED_CALLS = 10_000;
    private static final long QUEUED_BYTES = HeapShare.atMost(32L << 20, 2);
    private static final int USUAL_BYTES = 1 << 10;

    private final LineWriter<Supplier<HookCall>> writer;

    private HookRecorder(LineWriter<Supplier<HookCall>> writer) {
        this.writer = writer;
    }

    /** Bytes that calls waiting to be written may take. */
    public static long mostBytes() {
        return QUEUED_BYTES;
    }

    /** Records in {@code file}, which grows to {@code maxBytes} and is then begun anew; so is one that exists. */
    public static HookRecorder to(String file, long maxBytes, Counter dropped) {
        try {
            return new HookRecorder(new LineWriter<>(
                    "hook-record", new RollingFile(Path.of(file), maxBytes), QUEUED_CALLS, QUEUED_BYTES, dropped));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot record calls of hooks in " + file, e);
        }
    }

    /** Records a call that was made, soon; nothing it was given is changed later. */
    void record(
            HookDefinition hook,
            HookContext context,
            HookRequest.OfMessage<?> request,
            HookResponse<?> response,
            long tookNanos) {
        Instant at = Instant.now();
        writer.enqueue(
                () -> new HookCall(
                        at,
                        hook.name(),
                        hook.version(),
                        hook.target().type(),
                        context,
                        request,
                        RecordedOutcome.of(context, request, response),
                        TimeUnit.NANOSECONDS.toMicros(tookNanos)),
                USUAL_BYTES + request.bodyBytes() + answerBytes(response));
    }

    private static long answerBytes(HookResponse<?> response) {
        return response instanceof HookResponse.Answered<?> answered
                        && answered.answer() instanceof HookResult.Continue on
                ? on.draft().payload().length
                : 0;
    }

    /** Why nothing is recorded; empty when all is well. */
    public Optional<String> problem() {
        return writer.problem().map(cause -> "calls of hooks are not recorded: " + cause);
    }

    /** Writes what is queued and closes the file. */
    @Override
    public void close() {
        writer.close();
    }
}
