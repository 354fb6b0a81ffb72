package io.mics.sdk.hook;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads JSON without a library: objects are maps, arrays lists, numbers doubles, null is null. Strict, but for repeated
 * names, of which {@link #object} takes the last; at most {@value #DEEPEST} levels.
 */
public final class JsonText {
    private static final int DEEPEST = 32;

    private final String text;
    private final boolean distinct;
    private int at;

    private JsonText(String text, boolean distinct) {
        this.text = text;
        this.distinct = distinct;
    }

    /**
     * Reads an object.
     *
     * @throws IllegalArgumentException it is none; the message says where, without quoting
     */
    public static Map<String, @Nullable Object> object(String text) {
        return new JsonText(text, false).whole();
    }

    /**
     * Reads an object of distinct names, at every level.
     *
     * @throws IllegalArgumentException it is none, or a name is repeated; the message says where, without quoting
     */
    public static Map<String, @Nullable Object> distinctObject(String text) {
        return new JsonText(text, true).whole();
    }

    private Map<String, @Nullable Object> whole() {
        Map<String, @Nullable Object> object = object(1);
        skipSpace();
        if (at < text.length()) {
            throw wrong("the end");
        }
        return object;
    }

    private @Nullable Object value(int depth) {
        skipSpace();
        return switch (at < text.length() ? text.charAt(at) : ' ') {
            case '{' -> object(depth + 1);
            case '[' -> array(depth + 1);
            case '"' -> string();
            case 't' -> word("true", true);
            case 'f' -> word("false", false);
            case 'n' -> word("null", null);
            default -> number();
        };
    }

    private Map<String, @Nullable Object> object(int depth) {
        Map<String, @Nullable Object> object = new LinkedHashMap<>();
        open('{', depth);
        if (!take('}')) {
            do {
                skipSpace();
                int start = at;
                String name = string();
                if (distinct && object.containsKey(name)) {
                    at = start;
                    throw wrong("another name");
                }
                expect(':');
                object.put(name, value(depth));
            } while (take(','));
            expect('}');
        }
        return object;
    }

    private List<@Nullable Object> array(int depth) {
        List<@Nullable Object> array = new ArrayList<>();
        open('[', depth);
        if (!take(']')) {
            do {
                array.add(value(depth));
            } while (take(','));
            expect(']');
        }
        return array;
    }

    private void open(char bracket, int depth) {
        if (depth > DEEPEST) {
            throw wrong("fewer levels");
        }
        expect(bracket);
    }

    private String string() {
        expect('"');
        StringBuilder string = new StringBuilder();
        while (at < text.length() && text.charAt(at) != '"') {
            char c = text.charAt(at++);
            if (c < ' ') {
                throw wrong("no control character");
            }
            string.append(c == '\\' ? escaped() : c);
        }
        expect('"');
        return string.toString();
    }

    private char escaped() {
        char c = at < text.length() ? text.charAt(at++) : ' ';
        return switch (c) {
            case '"', '\\', '/' -> c;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> unicode();
            default -> throw wrong("an escape");
        };
    }

    private char unicode() {
        int end = Math.min(at + 4, text.length());
        String digits = text.substring(at, end);
        if (!digits.matches("[0-9a-fA-F]{4}")) {
            throw wrong("four hex digits");
        }
        at = end;
        return (char) Integer.parseInt(digits, 16);
    }

    private Double number() {
        int start = at;
        while (at < text.length() && "+-.eE0123456789".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
        String number = text.substring(start, at);
        if (!number.matches("-?(0|[1-9]\\d*)(\\.\\d+)?([eE][+-]?\\d+)?")) {
            at = start;
            throw wrong("a value");
        }
        return Double.valueOf(number);
    }

    private @Nullable Object word(String word, @Nullable Object value) {
        if (!text.startsWith(word, at)) {
            throw wrong("a value");
        }
        at += word.length();
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
        while (at < text.length() && " \t\r\n".indexOf(text.charAt(at)) >= 0) {
            at++;
        }
    }

    private IllegalArgumentException wrong(String expected) {
        return new IllegalArgumentException("expected " + expected + " at character " + at);
    }
}
