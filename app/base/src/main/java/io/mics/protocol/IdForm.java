package io.mics.protocol;

import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * What a tenant's own ids, those of users, devices and groups, may look like. None may contain {@code |}, which
 * separates them in keys.
 */
public enum IdForm {
    /** 1-128 of {@code [A-Za-z0-9_.:@-]}. */
    STRICT,
    /** 1-128 printable code points; compared byte by byte, never normalised. */
    OPEN;

    private static final int MAX = 128;
    private static final int MAX_BYTES = 4 * MAX;
    private static final char SEPARATOR = '|';
    private static final Pattern NO_WORD = Pattern.compile("[^A-Za-z0-9_.:@-]");

    /** Whether {@code id} follows this rule. */
    public boolean allows(String id) {
        return switch (this) {
            case STRICT -> IdRule.USER.allows(id);
            case OPEN -> IdRule.USER.allows(id) || openProblem(id).isEmpty();
        };
    }

    /** Whether {@code length} bytes of UTF-8 follow this rule; most do without being made a string. */
    public boolean allows(byte[] utf8, int from, int length) {
        if (length == 0 || length > MAX_BYTES) {
            return false;
        }
        for (int i = from; i < from + length; i++) {
            if (!IdRule.USER.has(utf8[i])) {
                return this == OPEN
                        && openProblem(new String(utf8, from, length, StandardCharsets.UTF_8))
                                .isEmpty();
            }
        }
        return length <= MAX;
    }

    /** What is wrong with {@code id}, in a few words that do not quote it; empty when it follows this rule. */
    public String problem(String id) {
        if (allows(id)) {
            return "";
        }
        String open = openProblem(id);
        if (!open.isEmpty()) {
            return open;
        }
        boolean space =
                NO_WORD.matcher(id).results().anyMatch(found -> found.group().equals(" "));
        return space ? "contains a space" : "contains other than A-Z a-z 0-9 _ . : @ -";
    }

    private static String openProblem(String id) {
        if (id.isEmpty()) {
            return "is empty";
        }
        if (id.codePointCount(0, id.length()) > MAX) {
            return "is longer than " + MAX + " characters";
        }
        if (id.indexOf(SEPARATOR) >= 0) {
            return "contains " + SEPARATOR;
        }
        if (!id.codePoints().allMatch(IdRule::isPrintable)) {
            return "contains what cannot be printed";
        }
        boolean edged =
                Character.isSpaceChar(id.codePointAt(0)) || Character.isSpaceChar(id.codePointBefore(id.length()));
        return edged ? "begins or ends with a space" : "";
    }
}
