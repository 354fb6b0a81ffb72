package io.mics.observe.log;

import io.mics.observe.Log;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import org.jspecify.annotations.Nullable;

/**
 * How many lines of one kind are written: {@value #PER_SECOND} a second, after a burst of {@value #BURST}. Whoever
 * makes the server log, with requests of any shape, gets no more; the rest is counted and said in one line. Lines of a
 * library are one kind per logger, level and exception, since their texts hold addresses and ids. Keeps no more than
 * {@value #KINDS_MAX} kinds; further ones share one budget.
 */
final class LogBudget {
    static final int PER_SECOND = 10;
    static final int BURST = 50;
    static final int KINDS_MAX = 1_024;

    private static final Kind FURTHER = new Kind("", "", "further kinds");

    private final LongSupplier clock;
    private final Map<Kind, Bucket> buckets = new ConcurrentHashMap<>();
    private final AtomicLong suppressed = new AtomicLong();

    private record Kind(String logger, String level, String event) {
        static Kind of(LogRecord record) {
            Throwable thrown = record.getThrown();
            String event = record instanceof Log.Line
                    ? String.valueOf(record.getMessage())
                    : thrown == null ? "" : thrown.getClass().getName();
            return new Kind(
                    String.valueOf(record.getLoggerName()), record.getLevel().getName(), event);
        }
    }

    /** The lines one kind has left; a lock of its own, held for a few moves. */
    private static final class Bucket {
        private double lines = BURST;
        private long at;
        private long notWritten;

        Bucket(long now) {
            at = now;
        }

        boolean take(long now) {
            synchronized (this) {
                lines = Math.min(BURST, lines + (now - at) / 1e9 * PER_SECOND);
                at = now;
                boolean taken = lines >= 1;
                lines -= taken ? 1 : 0;
                notWritten += taken ? 0 : 1;
                return taken;
            }
        }

        long takeNotWritten() {
            synchronized (this) {
                long count = notWritten;
                notWritten = 0;
                return count;
            }
        }
    }

    LogBudget(LongSupplier clock) {
        this.clock = clock;
    }

    /** Whether the line may be written. Whoever asked for lines below INFO wants all of them. */
    boolean admits(LogRecord record) {
        if (record.getLevel().intValue() < Level.INFO.intValue()) {
            return true;
        }
        Kind kind = Kind.of(record);
        long now = clock.getAsLong();
        @Nullable Bucket known = buckets.get(kind);
        if (known == null) {
            Kind counted = buckets.size() < KINDS_MAX ? kind : FURTHER;
            known = buckets.computeIfAbsent(counted, k -> new Bucket(now));
        }
        boolean admitted = known.take(now);
        if (!admitted) {
            suppressed.incrementAndGet();
        }
        return admitted;
    }

    /** Lines that were not written, since the start. */
    long suppressed() {
        return suppressed.get();
    }

    /** A line for each kind of which some were not written since this was last asked. */
    List<LogRecord> summaries() {
        List<LogRecord> lines = new ArrayList<>();
        buckets.forEach((kind, bucket) -> {
            long count = bucket.takeNotWritten();
            if (count > 0) {
                LogRecord line = new Log.Line(Level.WARNING, "log_lines_suppressed");
                line.setLoggerName(LogBudget.class.getName());
                line.setParameters(new Object[] {"of", kind.logger(), "line", kind.event(), "count", count});
                lines.add(line);
            }
        });
        return lines;
    }

    /**
     * A library's line about what a client did, such as going away, without its stack trace: it is nobody's defect.
     * Other lines are as they were.
     */
    static LogRecord withoutClientsStack(LogRecord record) {
        Throwable thrown = record.getThrown();
        if (thrown == null || record instanceof Log.Line) {
            return record;
        }
        Throwable root = thrown;
        for (int depth = 0; depth < 16; depth++) {
            Throwable cause = root.getCause();
            if (cause == null) {
                break;
            }
            root = cause;
        }
        if (root instanceof IOException || root.getClass().getName().startsWith("io.helidon.")) {
            record.setMessage(record.getMessage() + ": " + root);
            record.setParameters(null);
            record.setThrown(null);
        }
        return record;
    }
}
