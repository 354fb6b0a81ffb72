package io.mics.sdk.hook;

import java.util.Map;

/** Writes JSON of strings, numbers, truths and maps, without a library. */
public final class JsonWriter {
    private JsonWriter() {}

    /** An object with these members. A value is a string, a number, a boolean or a map of such. */
    public static String object(Map<String, ?> members) {
        StringBuilder out = new StringBuilder();
        write(out, members);
        return out.toString();
    }

    private static void write(StringBuilder out, Map<?, ?> members) {
        char separator = '{';
        for (Map.Entry<?, ?> member : members.entrySet()) {
            out.append(separator);
            string(out, String.valueOf(member.getKey()));
            out.append(':');
            if (member.getValue() instanceof Map<?, ?> inner) {
                write(out, inner);
            } else if (member.getValue() instanceof Number || member.getValue() instanceof Boolean) {
                out.append(member.getValue());
            } else {
                string(out, String.valueOf(member.getValue()));
            }
            separator = ',';
        }
        out.append(members.isEmpty() ? "{}" : "}");
    }

    private static void string(StringBuilder out, String text) {
        out.append('"');
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c < ' ') {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }
}
