package io.mics.admin.replay;

import io.mics.admin.terminal.TerminalText;
import io.mics.hook.point.HookResponse;
import io.mics.hook.record.HookCall;
import io.mics.hook.record.RecordedOutcome;
import java.io.PrintStream;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;

/** What a replay has come to. Reported on any thread, printed when it is over. */
final class ReplayReport {
    private final Map<Integer, String> lines = new ConcurrentSkipListMap<>();
    private final AtomicInteger same = new AtomicInteger();
    private final AtomicInteger different = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();
    private final AtomicInteger unreachable = new AtomicInteger();
    private final AtomicInteger skipped = new AtomicInteger();

    /** A call that was answered. */
    void compared(int line, HookCall call, RecordedOutcome now) {
        if (call.outcome().decidesLike(now)) {
            same.incrementAndGet();
        } else {
            different.incrementAndGet();
            lines.put(line, about(call) + now);
        }
    }

    /** A call that got no answer, whatever it got then. */
    void failed(int line, HookCall call, HookResponse.Failed<?> now) {
        failed.incrementAndGet();
        if (now.kind() == HookResponse.Kind.UNREACHABLE) {
            unreachable.incrementAndGet();
        }
        lines.put(line, about(call) + now.kind().label() + ": " + now.cause());
    }

    /** A line that is no call. */
    void skipped(int line, String why) {
        skipped.incrementAndGet();
        lines.put(line, "skipped: " + why);
    }

    private static String about(HookCall call) {
        return call.hook() + "@" + call.version() + " " + call.request().point().label() + ": " + call.outcome()
                + " -> ";
    }

    /** Whether no call reached anybody, and there were some. */
    boolean isUnreachable() {
        return unreachable.get() > 0 && unreachable.get() == same.get() + different.get() + failed.get();
    }

    /** Whether there was something to compare, and no difference. */
    boolean isClean() {
        return same.get() > 0 && different.get() == 0 && failed.get() == 0;
    }

    /** One line for each difference, failure and line that was skipped, in their order, and then the counts. */
    void print(PrintStream out) {
        lines.forEach((number, text) -> out.println("line " + number + ": " + TerminalText.line(text)));
        out.println("same " + same + ", different " + different + ", failed " + failed + ", skipped " + skipped
                + (same.get() + different.get() + failed.get() == 0 ? "; nothing to compare" : ""));
    }
}
