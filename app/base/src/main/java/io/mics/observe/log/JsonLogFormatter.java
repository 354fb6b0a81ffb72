package io.mics.observe.log;

import io.mics.observe.Log;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.logging.Formatter;
import java.util.logging.LogRecord;
import org.jspecify.annotations.Nullable;

/**
 * One JSON object per line: {@code ts}, {@code level}, {@code logger}, {@code event}, {@code node}, then the fields the
 * caller gave, then {@code exception} with its stack. A library's line is the event {@code message}, with its text in a
 * field of that name. A line is always one line and always parses, whatever the values.
 */
public final class JsonLogFormatter extends Formatter {
    /** The event of every line of a library. */
    static final String MESSAGE = "message";

    private static final DateTimeFormatter TIMESTAMP =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private final String nodeId;

    public JsonLogFormatter(String nodeId) {
        this.nodeId = nodeId;
    }

    @Override
    public String format(LogRecord record) {
        StringBuilder line = new StringBuilder(256);
        line.append("{\"ts\":\"").append(TIMESTAMP.format(record.getInstant())).append('"');
        member(line, "level", LogSettings.Level.of(record.getLevel()));
        member(line, "logger", simpleName(record.getLoggerName()));
        // lines of Log carry fields; those of libraries carry arguments of their message
        boolean ours = record instanceof Log.Line;
        member(line, "event", ours ? record.getMessage() : MESSAGE);
        member(line, "node", nodeId);
        if (ours) {
            fields(line, record.getParameters());
        } else {
            member(line, MESSAGE, formatMessage(record));
        }
        Throwable thrown = record.getThrown();
        if (thrown != null) {
            member(line, "exception", stack(thrown));
        }
        return line.append("}\n").toString();
    }

    private static void fields(StringBuilder line, @Nullable Object @Nullable [] fields) {
        if (fields == null) {
            return;
        }
        for (int i = 0; i < fields.length; i += 2) {
            String name = String.valueOf(fields[i]);
            member(line, name, i + 1 < fields.length ? fields[i + 1] : null);
        }
    }

    private static void member(StringBuilder line, String name, @Nullable Object value) {
        line.append(',');
        LogValue.string(line, name);
        line.append(':');
        LogValue.append(line, value);
    }

    /** An exception as the JDK prints it. */
    static String stack(Throwable thrown) {
        StringWriter stack = new StringWriter();
        thrown.printStackTrace(new PrintWriter(stack));
        return stack.toString();
    }

    static String simpleName(@Nullable String logger) {
        return logger == null ? "" : logger.substring(logger.lastIndexOf('.') + 1);
    }
}
