package io.mics.observe.log;

import java.util.Arrays;
import java.util.Collection;
import java.util.Iterator;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Values of log lines as JSON: texts, numbers, flags and constants, and lists and maps of them, of each the first
 * {@value #MOST} entries. What is none of these is refused: its class is written, never its {@code toString}, which
 * nobody made for operators and which may hold anything.
 */
final class LogValue {
    static final int MOST = 64;
    private static final int DEPTH = 4;
    private static final String HEX = "0123456789abcdef";

    private LogValue() {}

    /** Appends a value as JSON. */
    static void append(StringBuilder line, @Nullable Object value) {
        append(line, value, 0);
    }

    private static void append(StringBuilder line, @Nullable Object value, int depth) {
        if (value == null || isBare(value)) {
            line.append(value);
        } else if (value instanceof String text) {
            string(line, text);
        } else if (value instanceof Double || value instanceof Float) {
            string(line, value.toString()); // JSON has no word for it
        } else if (value instanceof Enum<?> constant) {
            string(line, constant.name());
        } else if (depth < DEPTH && value instanceof Collection<?> list) {
            list(line, list, depth);
        } else if (depth < DEPTH && value instanceof Object[] array) {
            list(line, Arrays.asList(array), depth);
        } else if (depth < DEPTH && value instanceof Map<?, ?> map) {
            map(line, map, depth);
        } else {
            string(line, "<" + value.getClass().getName() + ">");
        }
    }

    /** Whether JSON writes a value as Java does. */
    static boolean isBare(Object value) {
        return value instanceof Boolean
                || value instanceof Integer
                || value instanceof Long
                || value instanceof Short
                || value instanceof Byte
                || (value instanceof Double d && Double.isFinite(d))
                || (value instanceof Float f && Float.isFinite(f));
    }

    private static void list(StringBuilder line, Collection<?> list, int depth) {
        line.append('[');
        Iterator<?> values = list.iterator();
        int written = 0;
        while (values.hasNext() && written < MOST) {
            line.append(written++ == 0 ? "" : ",");
            append(line, values.next(), depth + 1);
        }
        if (values.hasNext()) {
            line.append(',');
            string(line, "and " + (list.size() - written) + " more");
        }
        line.append(']');
    }

    private static void map(StringBuilder line, Map<?, ?> map, int depth) {
        line.append('{');
        int written = 0;
        for (Map.Entry<?, ?> entry : map.entrySet()) {
            line.append(written == 0 ? "" : ",");
            if (written++ == MOST) {
                string(line, "more");
                line.append(':').append(map.size() - MOST);
                break;
            }
            string(line, entry.getKey() instanceof Enum<?> constant ? constant.name() : String.valueOf(entry.getKey()));
            line.append(':');
            append(line, entry.getValue(), depth + 1);
        }
        line.append('}');
    }

    /** Appends a text in quotes: one line, and nothing that a terminal obeys. */
    static void string(StringBuilder line, String text) {
        line.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                line.append('\\').append(c);
            } else {
                escaped(line, text, i);
            }
        }
        line.append('"');
    }

    /** Appends the character at {@code i}, or what stands for it where it is none to be printed. */
    static void escaped(StringBuilder line, String text, int i) {
        char c = text.charAt(i);
        if (c == '\n') {
            line.append("\\n");
        } else if (c == '\t') {
            line.append("\\t");
        } else if (isControl(c) || (Character.isSurrogate(c) && !isPaired(text, i))) {
            line.append("\\u").append(HEX.charAt(c >> 12)).append(HEX.charAt(c >> 8 & 15));
            line.append(HEX.charAt(c >> 4 & 15)).append(HEX.charAt(c & 15));
        } else {
            line.append(c);
        }
    }

    /** Control characters, the two that some readers take for the end of a line, and those that turn text around. */
    private static boolean isControl(char c) {
        return c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
    }

    private static boolean isPaired(String text, int i) {
        return Character.isHighSurrogate(text.charAt(i))
                ? i + 1 < text.length() && Character.isLowSurrogate(text.charAt(i + 1))
                : i > 0 && Character.isHighSurrogate(text.charAt(i - 1));
    }
}
