package io.mics.hook;

import io.mics.protocol.IdForm;
import java.nio.charset.StandardCharsets;

/**
 * Whether a member that a backend names may be a user at all, which is to say of {@link IdForm#OPEN}. Nobody of another
 * name can connect, so nothing is kept for them. A name in ASCII, as most are, is judged without making a string of it.
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
                return IdForm.OPEN.allows(new String(bytes, start, length, StandardCharsets.UTF_8));
            }
            if (bytes[i] < ' ' || bytes[i] == '|' || bytes[i] == 0x7f) {
                return false;
            }
        }
        return length <= MOST_CODE_POINTS && bytes[start] != ' ' && bytes[start + length - 1] != ' ';
    }
}
