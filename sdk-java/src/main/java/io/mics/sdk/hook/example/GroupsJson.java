package io.mics.sdk.hook.example;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads exactly {@code {"group": ["user", …], …}} and nothing else. Anything different, a repeated group included, is
 * an {@link IllegalArgumentException} that names the position, counted in characters from 0.
 */
final class GroupsJson {
    private final String text;
    private int at;

    private GroupsJson(String text) {
        this.text = text;
    }

    static Map<String, List<String>> read(String text) {
        GroupsJson reader = new GroupsJson(text);
        Map<String, List<String>> groups = new LinkedHashMap<>();
        reader.expect('{');
        if (!reader.take('}')) {
            do {
                int start = reader.at;
                String group = reader.string();
                reader.expect(':');
                if (groups.put(group, reader.strings()) != null) {
                    throw new IllegalArgumentException("group \"" + group + "\" twice, at character " + start);
                }
            } while (reader.take(','));
            reader.expect('}');
        }
        reader.skipSpace();
        if (reader.at < text.length()) {
            throw reader.wrong("the end");
        }
        return groups;
    }

    private List<String> strings() {
        List<String> users = new ArrayList<>();
        expect('[');
        if (!take(']')) {
            do {
                users.add(string());
            } while (take(','));
            expect(']');
        }
        return List.copyOf(users);
    }

    /** Ids need no escapes, so a backslash is refused rather than understood. */
    private String string() {
        expect('"');
        int start = at;
        while (at < text.length() && text.charAt(at) != '"') {
            if (text.charAt(at) == '\\' || text.charAt(at) < ' ') {
                throw wrong("an id without escapes");
            }
            at++;
        }
        String value = text.substring(start, at);
        expect('"');
        return value;
    }

    private void expect(char c) {
        if (!take(c)) {
            throw wrong("'" + c + "'");
        }
    }

    private boolean take(char c) {
        skipSpace();
        if (at < text.length() && text.charAt(at) == c) {
            at++;
            return true;
        }
        return false;
    }

    private void skipSpace() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    private IllegalArgumentException wrong(String expected) {
        String found = at < text.length() ? "'" + text.charAt(at) + "'" : "the end";
        return new IllegalArgumentException("expected " + expected + " at character " + at + " but found " + found);
    }
}
