package io.mics.hook.point;

import io.mics.observe.Counter;
import io.mics.observe.Log;
import jakarta.json.Json;
import jakarta.json.stream.JsonGenerator;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * One JSON line per execution of a hook, appended to a file of its own: message id or who connects, hook, version,
 * result, elapsed, changed fields, never a body. Written by a thread of its own; what it cannot keep up with is dropped
 * and counted.
 */
public final class HookAudit implements AutoCloseable {
    private static final Log LOG = Log.of(HookAudit.class);
    private static final int QUEUED_LINES = 10_000;

    private final Optional<Writer> writer;
    private final Counter dropped;

    private HookAudit(Optional<Writer> writer, Counter dropped) {
        this.writer = writer;
        this.dropped = dropped;
    }

    /** An audit log appended to {@code file}, which is made where it is missing; an empty name is no log. */
    public static HookAudit to(String file, Counter dropped) {
        if (file.isEmpty()) {
            return new HookAudit(Optional.empty(), dropped);
        }
        try {
            BufferedWriter out = Files.newBufferedWriter(
                    Path.of(file), StandardCharsets.UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
            return new HookAudit(Optional.of(new Writer(out)), dropped);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the audit log " + file, e);
        }
    }

    /** Appends one execution, soon. */
    void write(HookExecution execution) {
        if (writer.isPresent() && !writer.get().lines.offer(new Line(Instant.now(), execution))) {
            dropped.increment();
        }
    }

    /** Writes what is queued and closes the file. */
    @Override
    public void close() {
        writer.ifPresent(Writer::close);
    }

    private record Line(Instant at, HookExecution execution) {
        String json() {
            StringWriter out = new StringWriter();
            try (JsonGenerator json = Json.createGenerator(out)) {
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

    /** Takes lines from the queue and writes them, flushed whenever the queue runs empty. */
    private static final class Writer {
        final BlockingQueue<Line> lines = new ArrayBlockingQueue<>(QUEUED_LINES);
        private final BufferedWriter out;
        private final Thread thread;

        Writer(BufferedWriter out) {
            this.out = out;
            this.thread = Thread.ofPlatform().daemon().name("hook-audit").start(this::run);
        }

        private void run() {
            try (out) {
                boolean open = true;
                while (open || !lines.isEmpty()) {
                    open = writeNext(open);
                }
            } catch (IOException e) {
                LOG.error("audit log ended", e);
            }
        }

        /** Writes one line, waiting for it while open; false once closing was asked for. */
        private boolean writeNext(boolean open) throws IOException {
            try {
                Line line = open ? lines.take() : lines.poll();
                if (line != null) {
                    out.write(line.json());
                    out.newLine();
                }
                if (lines.isEmpty()) {
                    out.flush();
                }
                return open;
            } catch (InterruptedException e) {
                return false;
            }
        }

        void close() {
            thread.interrupt();
            try {
                thread.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
