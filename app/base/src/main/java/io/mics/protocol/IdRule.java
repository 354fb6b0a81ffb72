package io.mics.protocol;

/** What an id may look like whose form no tenant chooses, and the strict form of those whose form one does. */
public enum IdRule {
    /** 1-64 of {@code [A-Za-z0-9_-]}; it names topics. */
    TENANT(64, "_-"),
    /** 1-128 of {@code [A-Za-z0-9_.:@-]}. */
    USER(128, "_.:@-"),
    DEVICE(128, "_.:@-"),
    GROUP(128, "_.:@-");

    private static final int MESSAGE_ID_MAX = 128;

    private final int maxLength;
    private final long low;
    private final long high;

    IdRule(int maxLength, String punctuation) {
        this.maxLength = maxLength;
        String allowed = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789" + punctuation;
        this.low = bits(allowed, 0);
        this.high = bits(allowed, 64);
    }

    /** Whether {@code id} follows this rule. */
    public boolean allows(String id) {
        int length = id.length();
        if (length == 0 || length > maxLength) {
            return false;
        }
        for (int i = 0; i < length; i++) {
            if (!has(id.charAt(i))) {
                return false;
            }
        }
        return true;
    }

    /** Whether an id may contain this character, a UTF-16 unit or a byte of UTF-8. */
    boolean has(int c) {
        long set = c < 64 ? low : high;
        return c >= 0 && c < 128 && (set >>> (c & 63) & 1) != 0;
    }

    /** Whether {@code id} may name a message: 1-128 printable characters. */
    public static boolean allowsMessageId(String id) {
        int length = id.length();
        if (length == 0 || length > MESSAGE_ID_MAX) {
            return false;
        }
        for (int i = 0; i < length; ) {
            int codePoint = id.codePointAt(i);
            if (!isPrintable(codePoint)) {
                return false;
            }
            i += Character.charCount(codePoint);
        }
        return true;
    }

    /** Whether every database takes a text as it is: it has no U+0000 and no half of a surrogate pair. */
    public static boolean isStorable(String text) {
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (Character.isSurrogate(c)) {
                if (!Character.isSurrogatePair(c, i + 1 < text.length() ? text.charAt(i + 1) : 'x')) {
                    return false;
                }
                i++;
            } else if (c == 0) {
                return false;
            }
        }
        return true;
    }

    static boolean isPrintable(int codePoint) {
        if (codePoint >= ' ' && codePoint < 127) {
            return true;
        }
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR -> false;
            default -> true;
        };
    }

    private static long bits(String allowed, int from) {
        return allowed.chars()
                .filter(c -> c >= from && c < from + 64)
                .mapToLong(c -> 1L << (c - from))
                .reduce(0, (a, b) -> a | b);
    }
}
