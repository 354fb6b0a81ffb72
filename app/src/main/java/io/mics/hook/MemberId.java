package io.mics.hook;

import java.nio.charset.StandardCharsets;

/**
 * Whether a member that a backend names may be a user at all: 1 to 128 code points without controls, {@code |}, and
 * leading or trailing space. Nobody of another name can connect, so nothing is kept for them.
 */
final class MemberId {
    private static final int MOST_CODE_POINTS = 128;
    private static final int MOST_BYTES = 4 * MOST_CODE_POINTS;

    private MemberId() {}

    /** Judges {@code length} bytes of UTF-8 from {@code start}. */
    static boolean isPossible(byte[] bytes, int start, int length) {
        if (length == 0 || length > MOST_BYTES) {
            return false;
        }
        for (int i = start; i < start + length; i++) {
            if (bytes[i] < 0) {
                return isPossible(new String(bytes, start, length, StandardCharsets.UTF_8));
            }
            if (bytes[i] < ' ' || bytes[i] == '|' || bytes[i] == 0x7f) {
                return false;
            }
        }
        return length <= MOST_CODE_POINTS && bytes[start] != ' ' && bytes[start + length - 1] != ' ';
    }

    private static boolean isPossible(String id) {
        int first = id.codePointAt(0);
        int last = id.codePointBefore(id.length());
        return id.codePointCount(0, id.length()) <= MOST_CODE_POINTS
                && !isSpace(first)
                && !isSpace(last)
                && id.codePoints().noneMatch(c -> c == '|' || Character.isISOControl(c));
    }

    private static boolean isSpace(int codePoint) {
        return Character.isWhitespace(codePoint) || Character.isSpaceChar(codePoint);
    }
}
