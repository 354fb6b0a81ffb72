package io.mics.hook.record;

import io.mics.concurrent.HeapShare;
import io.mics.hook.policy.HookDefinition;
import io.mics.hook.registry.DraftChange;
import io.mics.hook.registry.HookExecution;
import io.mics.observe.Counter;
import io.mics.observe.log.LineWriter;
import jakarta.json.spi.JsonProvider;
import jakarta.json.stream.JsonGenerator;
import jakarta.json.stream.JsonGeneratorFactory;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * One JSON line per execution of a hook, appended to a file of its own, sent to a topic, or both: message id or who
 * connects, hook, version, result, elapsed, changed fields, never a body. Each has a thread of its own; what it cannot
 * keep up with is dropped and counted.
 */
public final class HookAudit implements AutoCloseable {
    private static final int QUEUED_LINES = 10_000;
    private static final long QUEUED_BYTES = HeapShare.atMost(16L << 20, 1);
    private static final JsonGeneratorFactory GENERATORS =
            JsonProvider.provider().createGeneratorFactory(Map.of());

    private final List<LineWriter<Line>> writers;

    /** A topic that takes audit lines. */
    public interface Topic extends AutoCloseable {
        /** Sends a line, soon; never blocks. False: there is no room. */
        boolean enqueue(String tenant, String line);

        /** Gives what waits a moment to leave. */
        @Override
        void close();
    }

    private HookAudit(List<LineWriter<Line>> writers) {
        this.writers = List.copyOf(writers);
    }

    /**
     * An audit appended to {@code file}, which is made where it is missing; an empty name is no file.
     *
     * @param topic   gets every line, too; closed with this
     * @param dropped counts the lines that neither has room for
     */
    public static HookAudit to(String file, Optional<? extends Topic> topic, Counter dropped) {
        List<LineWriter<Line>> writers = new ArrayList<>();
        if (!file.isEmpty()) {
            writers.add(writer("hook-audit", open(file), dropped));
        }
        topic.ifPresent(it -> writers.add(writer("hook-audit-topic", new ToTopic(it, dropped), dropped)));
        return new HookAudit(writers);
    }

    private static AuditFile open(String file) {
        try {
            return new AuditFile(Path.of(file));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the audit log " + file, e);
        }
    }

    private static LineWriter<Line> writer(String name, LineWriter.Out<Line> out, Counter dropped) {
        return new LineWriter<>(name, out, QUEUED_LINES, QUEUED_BYTES, dropped);
    }

    /** Bytes that lines waiting to be written to one of both may take, in this process. */
    public static long mostBytes() {
        return QUEUED_BYTES;
    }

    /** Whether there is anything to write to. */
    boolean isEnabled() {
        return !writers.isEmpty();
    }

    /** Records one execution, soon. */
    void write(HookExecution execution) {
        if (isEnabled()) {
            Line line = new Line(Instant.now(), execution);
            long bytes = line.bytes();
            writers.forEach(writer -> writer.enqueue(line, bytes));
        }
    }

    /** Why nothing is written; empty when all is well. */
    public Optional<String> problem() {
        return writers.stream()
                .flatMap(writer -> writer.problem().stream())
                .findFirst()
                .map(cause -> "calls of hooks are not audited: " + cause);
    }

    /** Writes what is queued and closes file and topic. */
    @Override
    public void close() {
        writers.forEach(LineWriter::close);
    }

    private record ToTopic(Topic topic, Counter dropped) implements LineWriter.Out<Line> {
        @Override
        public void write(Line line) {
            if (!topic.enqueue(line.execution().tenant(), line.json())) {
                dropped.increment();
            }
        }

        @Override
        public void flush() {}

        @Override
        public void reopen() {}

        @Override
        public void close() {
            topic.close();
        }
    }

    record Line(Instant at, HookExecution execution) {
        private static final int USUAL_BYTES = 1 << 10;
        private static final int CHANGE_BYTES = 64;

        /** What it takes in memory, about. */
        long bytes() {
            return USUAL_BYTES
                    + 2L * execution.cause().length()
                    + (long) CHANGE_BYTES * execution.changes().size();
        }

        String json() {
            StringWriter out = new StringWriter();
            try (JsonGenerator json = GENERATORS.createGenerator(out)) {
                HookExecution e = execution;
                boolean ofMessage = e.point().isOfMessages();
                json.writeStartObject()
                        .write("ts", at.toString())
                        .write("tenant", e.tenant())
                        .write(ofMessage ? "msgId" : "who", ofMessage ? e.messageId() : e.who())
                        .write("traceId", e.traceId())
                        .write("point", e.point().label())
                        .write("hook", e.hook())
                        .write("version", e.version())
                        .write("shadow", e.mode() == HookDefinition.Mode.SHADOW)
                        .write("result", e.result())
                        .write("elapsedMicros", e.tookNanos() / 1_000);
                if (!e.cause().isEmpty()) {
                    json.write("cause", e.cause());
                }
                json.writeStartArray("changed");
                for (DraftChange change : e.changes()) {
                    json.writeStartObject()
                            .write("field", change.field().name().toLowerCase(Locale.ROOT))
                            .write("allowed", change.allowed())
                            .write("before", change.before())
                            .write("after", change.after())
                            .writeEnd();
                }
                json.writeEnd().writeEnd();
            }
            return out.toString();
        }
    }
}
