package io.mics.hook.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A TOML file of an older server: tables, arrays of tables, strings, numbers, flags, arrays and inline tables. */
final class TomlDocument {
    private static final Pattern KEY = Pattern.compile("[A-Za-z0-9_-]+");
    private static final Pattern SCALAR = Pattern.compile("[A-Za-z0-9_+.:-]+");

    private final String text;
    private int at;

    /** The text is not what this class reads. */
    private static final class Unreadable extends RuntimeException {
        private static final long serialVersionUID = 1;
    }

    private TomlDocument(String text) {
        this.text = text;
    }

    /** Its tables and values, under the names it has; empty when it cannot be read. */
    static Optional<Map<String, Object>> parse(String toml) {
        try {
            return Optional.of(new TomlDocument(toml).root());
        } catch (Unreadable e) {
            return Optional.empty();
        }
    }

    private Map<String, Object> root() {
        Map<String, Object> root = new LinkedHashMap<>();
        Map<String, Object> table = root;
        for (space(true); at < text.length(); space(true)) {
            boolean element = text.startsWith("[[", at);
            if (element || text.charAt(at) == '[') {
                at += element ? 2 : 1;
                List<String> path = path();
                expect(element ? "]]" : "]");
                table = descend(root, path.subList(0, path.size() - 1));
                table = open(table, path.getLast(), element);
            } else {
                pair(table);
            }
        }
        return root;
    }

    private void pair(Map<String, Object> table) {
        List<String> path = path();
        expect("=");
        space(false);
        String key = path.getLast();
        descend(table, path.subList(0, path.size() - 1)).put(key, value());
    }

    @SuppressWarnings("unchecked") // made here, of nothing else
    private static Map<String, Object> descend(Map<String, Object> from, List<String> path) {
        Map<String, Object> at = from;
        for (String key : path) {
            Object below = at.computeIfAbsent(key, k -> new LinkedHashMap<String, Object>());
            Object table = below instanceof List<?> list && !list.isEmpty() ? list.getLast() : below;
            if (!(table instanceof Map<?, ?>)) {
                throw new Unreadable();
            }
            at = (Map<String, Object>) table;
        }
        return at;
    }

    @SuppressWarnings("unchecked") // made here, of nothing else
    private static Map<String, Object> open(Map<String, Object> table, String key, boolean element) {
        if (!element) {
            return descend(table, List.of(key));
        }
        Map<String, Object> opened = new LinkedHashMap<>();
        if (!(table.computeIfAbsent(key, k -> new ArrayList<>()) instanceof List<?> list)) {
            throw new Unreadable();
        }
        ((List<Object>) list).add(opened);
        return opened;
    }

    private List<String> path() {
        List<String> path = new ArrayList<>();
        do {
            space(false);
            char first = peek();
            path.add(first == '"' || first == '\'' ? string() : word(KEY));
            space(false);
        } while (take("."));
        return path;
    }

    private Object value() {
        return switch (peek()) {
            case '"', '\'' -> string();
            case '[' -> list();
            case '{' -> inline();
            default -> scalar(word(SCALAR));
        };
    }

    private static Object scalar(String word) {
        String number = word.replace("_", "");
        if (number.matches("[+-]?\\d{1,18}")) {
            return Long.valueOf(number);
        }
        if (number.matches("[+-]?\\d+\\.\\d+([eE][+-]?\\d+)?")) {
            return Double.valueOf(number);
        }
        return switch (word.toLowerCase(Locale.ROOT)) {
            case "true" -> true;
            case "false" -> false;
            default -> word;
        };
    }

    private List<Object> list() {
        List<Object> list = new ArrayList<>();
        expect("[");
        for (space(true); !take("]"); space(true)) {
            list.add(value());
            space(true);
            if (!take(",") && peek() != ']') {
                throw new Unreadable();
            }
        }
        return list;
    }

    private Map<String, Object> inline() {
        Map<String, Object> table = new LinkedHashMap<>();
        expect("{");
        for (space(true); !take("}"); space(true)) {
            pair(table);
            space(true);
            if (!take(",") && peek() != '}') {
                throw new Unreadable();
            }
        }
        return table;
    }

    private String string() {
        String quote = text.substring(at, at + 1);
        String mark = text.startsWith(quote.repeat(3), at) ? quote.repeat(3) : quote;
        at += mark.length();
        int start = at;
        while (!text.startsWith(mark, at)) {
            at += peek() == '\\' && quote.equals("\"") ? 2 : 1;
        }
        String inside = text.substring(start, at);
        at += mark.length();
        String body = mark.length() == 3 ? inside.replaceFirst("^\\r?\\n", "") : inside;
        return quote.equals("'") ? body : unescaped(body);
    }

    private static String unescaped(String body) {
        try {
            return body.translateEscapes();
        } catch (IllegalArgumentException e) {
            return body;
        }
    }

    private String word(Pattern form) {
        Matcher matcher = form.matcher(text).region(at, text.length());
        if (!matcher.lookingAt()) {
            throw new Unreadable();
        }
        at = matcher.end();
        return matcher.group();
    }

    /** Skips blanks and comments, and the ends of lines where {@code lines} may end. */
    private void space(boolean lines) {
        boolean comment = false;
        while (at < text.length()) {
            char next = text.charAt(at);
            comment = next != '\n' && (comment || next == '#');
            if (!comment && next != ' ' && next != '\t' && !(lines && (next == '\n' || next == '\r'))) {
                return;
            }
            at++;
        }
    }

    private void expect(String mark) {
        space(false);
        if (!take(mark)) {
            throw new Unreadable();
        }
    }

    private boolean take(String mark) {
        boolean there = text.startsWith(mark, at);
        at += there ? mark.length() : 0;
        return there;
    }

    private char peek() {
        if (at >= text.length()) {
            throw new Unreadable();
        }
        return text.charAt(at);
    }
}
