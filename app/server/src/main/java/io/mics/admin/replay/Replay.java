package io.mics.admin.replay;

import io.mics.admin.replay.RecordedCalls.Line;
import io.mics.concurrent.Deadline;
import io.mics.concurrent.TaskScope;
import io.mics.hook.point.HookResponse;
import io.mics.hook.record.HookCall;
import io.mics.hook.record.RecordedOutcome;
import java.io.IOException;
import java.time.Duration;

/**
 * Makes every call of a recording once more and compares what comes of it with what came of it then.
 *
 * <p>A verdict is the same when verdict, code, shape of the text and the parts of the message that are changed are. A
 * call without an answer is never the same, and nothing to compare is no success.
 */
final class Replay {
    private static final Duration NEVER = Duration.ofDays(36_500);

    private final ReplaySettings settings;
    private final RecordedCalls calls;
    private final ReplayTarget target;
    private final ReplayReport report = new ReplayReport();

    private Replay(ReplaySettings settings, RecordedCalls calls, ReplayTarget target) {
        this.settings = settings;
        this.calls = calls;
        this.target = target;
    }

    /** Replays a recording; blocks until all of it is done. */
    static ReplayReport run(ReplaySettings settings) throws IOException, InterruptedException {
        try (RecordedCalls calls = new RecordedCalls(settings.file(), ReplayTarget.POLICY.timeout());
                ReplayTarget target = new ReplayTarget(settings.target())) {
            Replay replay = new Replay(settings, calls, target);
            try (TaskScope scope = TaskScope.open("replay", settings.concurrency(), Deadline.after(NEVER))) {
                for (int i = 0; i < settings.concurrency(); i++) {
                    scope.fork(() -> {
                        replay.work();
                        return true;
                    });
                }
                scope.join();
            }
            return replay.report;
        }
    }

    private void work() throws IOException, InterruptedException {
        boolean more = true;
        while (more) {
            more = switch (calls.next()) {
                case Line.Call line -> {
                    if (settings.includes(line.call())) {
                        again(line.number(), line.call());
                    }
                    yield true;
                }
                case Line.Malformed line -> {
                    report.skipped(line.number(), line.why());
                    yield true;
                }
                case Line.End end -> false;
            };
        }
    }

    private void again(int line, HookCall call) throws InterruptedException {
        Deadline deadline = Deadline.after(ReplayTarget.POLICY.timeout());
        HookResponse<?> response = target.of(call).call(call.context(), call.request(), deadline);
        switch (response) {
            case HookResponse.Failed<?> failed -> report.failed(line, call, failed);
            case HookResponse.Answered<?> answered ->
                report.compared(line, call, RecordedOutcome.of(call.context(), call.request(), answered));
        }
    }
}
