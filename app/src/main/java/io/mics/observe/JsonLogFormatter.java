package io.mics.observe;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.logging.Formatter;
import java.util.logging.LogRecord;
import org.jspecify.annotations.Nullable;

/**
 * One JSON object per line: {@code ts}, {@code level}, {@code logger}, {@code event}, {@code node}, then the fields the
 * caller gave, then {@code exception} with its stack. A line is always one line and always parses, whatever the values.
 */
public final class JsonLogFormatter extends Formatter {
    private static final DateTimeFormatter TIMESTAMP =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
    private static final String HEX = "0123456789abcdef";

    private final String nodeId;

    public JsonLogFormatter(String nodeId) {
        this.nodeId = nodeId;
    }

    @Override
    public String format(LogRecord record) {
        StringBuilder line = new StringBuilder(256);
        line.append("{\"ts\":\"").append(TIMESTAMP.format(record.getInstant())).append('"');
        member(line, "level", record.getLevel().getName());
        member(line, "logger", simpleName(record.getLoggerName()));
        // lines of Log carry fields; those of libraries carry arguments of their message
        boolean ours = record instanceof Log.Line;
        member(line, "event", ours ? record.getMessage() : formatMessage(record));
        member(line, "node", nodeId);
        if (ours) {
            fields(line, record.getParameters());
        }
        Throwable thrown = record.getThrown();
        if (thrown != null) {
            StringWriter stack = new StringWriter();
            thrown.printStackTrace(new PrintWriter(stack));
            member(line, "exception", stack.toString());
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
        string(line, name);
        line.append(':');
        boolean bare = value == null
                || value instanceof Boolean
                || value instanceof Integer
                || value instanceof Long
                || (value instanceof Double d && Double.isFinite(d));
        if (bare) {
            line.append(value);
        } else {
            string(line, String.valueOf(value));
        }
    }

    private static void string(StringBuilder line, String text) {
        line.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                line.append('\\').append(c);
            } else if (c == '\n') {
                line.append("\\n");
            } else if (c == '\t') {
                line.append("\\t");
            } else if (needsEscape(c) || (Character.isSurrogate(c) && !isPaired(text, i))) {
                line.append("\\u").append(HEX.charAt(c >> 12)).append(HEX.charAt(c >> 8 & 15));
                line.append(HEX.charAt(c >> 4 & 15)).append(HEX.charAt(c & 15));
            } else {
                line.append(c);
            }
        }
        line.append('"');
    }

    /** Control characters, and the two that some readers take for the end of a line. */
    private static boolean needsEscape(char c) {
        return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == '\u2028' || c == '\u2029';
    }

    private static boolean isPaired(String text, int i) {
        return Character.isHighSurrogate(text.charAt(i))
                ? i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))
                : i > 0 && Character.isHighSurrogate(text.charAt(i - 1));
    }

    private static String simpleName(@Nullable String logger) {
        return logger == null ? "" : logger.substring(logger.lastIndexOf('.') + 1);
    }
}
