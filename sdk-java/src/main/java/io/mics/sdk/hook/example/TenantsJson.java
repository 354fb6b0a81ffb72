package io.mics.sdk.hook.example;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Reads {@code {"tenant": "text", …}} and {@code {"tenant": {"name": value, …}, …}} where a value is a text, a whole
 * number, true, false or null, and nothing else. Anything different is an {@link IllegalArgumentException} that names
 * the position, counted in characters from 0.
 */
final class TenantsJson {
    private final String text;
    private int at;

    private TenantsJson(String text) {
        this.text = text;
    }

    /** A text for each tenant. */
    static Map<String, String> texts(String json) {
        TenantsJson reader = new TenantsJson(json);
        Map<String, String> all = reader.entries();
        reader.end();
        return all;
    }

    /** Settings for each tenant, as they are written; those that are null are left out. */
    static Map<String, Map<String, String>> settings(String json) {
        TenantsJson reader = new TenantsJson(json);
        Map<String, Map<String, String>> all = new LinkedHashMap<>();
        reader.expect('{');
        if (!reader.take('}')) {
            do {
                String tenant = reader.string();
                reader.expect(':');
                all.put(tenant, reader.entries());
            } while (reader.take(','));
            reader.expect('}');
        }
        reader.end();
        return all;
    }

    private Map<String, String> entries() {
        Map<String, String> all = new LinkedHashMap<>();
        expect('{');
        if (!take('}')) {
            do {
                String name = string();
                expect(':');
                String value = value();
                if (!value.equals("null")) {
                    all.put(name, value);
                }
            } while (take(','));
            expect('}');
        }
        return all;
    }

    private String value() {
        skipSpace();
        if (at < text.length() && text.charAt(at) == '"') {
            return string();
        }
        int start = at;
        while (at < text.length() && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '-')) {
            at++;
        }
        String word = text.substring(start, at);
        if (!word.matches("-?\\d{1,9}|true|false|null")) {
            throw wrong("a text, a whole number, true or false");
        }
        return word;
    }

    /** Texts here need no escapes, so a backslash is refused rather than understood. */
    private String string() {
        expect('"');
        int start = at;
        while (at < text.length() && text.charAt(at) != '"') {
            if (text.charAt(at) == '\\' || text.charAt(at) < ' ') {
                throw wrong("a text without escapes");
            }
            at++;
        }
        String value = text.substring(start, at);
        expect('"');
        return value;
    }

    private void end() {
        skipSpace();
        if (at < text.length()) {
            throw wrong("the end");
        }
    }

    private void expect(char c) {
        if (!take(c)) {
            throw wrong("'" + c + "'");
        }
    }

    private boolean take(char c) {
        skipSpace();
        boolean there = at < text.length() && text.charAt(at) == c;
        at += there ? 1 : 0;
        return there;
    }

    private void skipSpace() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
    }

    private IllegalArgumentException wrong(String expected) {
        return new IllegalArgumentException("expected " + expected + " at character " + at);
    }
}
