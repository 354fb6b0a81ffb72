package io.mics.admin;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * Takes paths as they are written. The server library makes the same path of many spellings (encoded letters, doubled
 * slashes, dots, path parameters, an absolute URI); whoever stands before us and guards a path may know only one. So
 * there is one, and ids are the only thing encoded.
 */
final class CanonicalPath {
    private static final int ID_AT = 3;

    private CanonicalPath() {}

    /** Whether {@code raw}, a path as it was sent, has the one accepted spelling. */
    static boolean isCanonical(String raw) {
        if (!raw.startsWith("/") || raw.indexOf(';') >= 0 || raw.indexOf('\\') >= 0) {
            return false;
        }
        String[] segments = raw.substring(1).split("/", -1);
        for (int i = 0; i < segments.length; i++) {
            boolean last = i == segments.length - 1 && !segments[0].equals("internal");
            if (!isSegment(segments[i], last) || (segments[i].indexOf('%') >= 0 && !isId(segments, i))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isSegment(String segment, boolean last) {
        return !segment.equals(".") && !segment.equals("..") && (last || !segment.isEmpty());
    }

    /** Whether an encoded segment stands where an id does, and is one: of a message any, of hooks none with slashes. */
    private static boolean isId(String[] segments, int at) {
        Optional<String> id = decode(segments[at]);
        if (at < ID_AT - 1 || !segments[0].equals("internal") || id.isEmpty()) {
            return false;
        }
        return switch (segments[1]) {
            case "messages" -> at == ID_AT - 1;
            case "hooks" -> isSegment(id.get(), false) && id.get().chars().noneMatch(CanonicalPath::isSeparator);
            default -> false;
        };
    }

    private static boolean isSeparator(int c) {
        return c == '/' || c == '\\' || c == '%' || c < ' ';
    }

    /** The id of a message in {@code /internal/messages/{id}/explain}, decoded. */
    static Optional<String> messageId(String raw) {
        String[] segments = raw.split("/", -1);
        return isCanonical(raw) && segments.length == ID_AT + 2 && segments[ID_AT + 1].equals("explain")
                ? decode(segments[ID_AT])
                : Optional.empty();
    }

    /** A percent-encoded text; empty when it is no UTF-8. */
    private static Optional<String> decode(String raw) {
        ByteBuffer bytes = ByteBuffer.allocate(raw.length());
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c != '%') {
                if (c >= 128) {
                    return Optional.empty();
                }
                bytes.put((byte) c);
                continue;
            }
            int high = i + 2 < raw.length() ? Character.digit(raw.charAt(i + 1), 16) : -1;
            int low = i + 2 < raw.length() ? Character.digit(raw.charAt(i + 2), 16) : -1;
            if (high < 0 || low < 0) {
                return Optional.empty();
            }
            bytes.put((byte) (high << 4 | low));
            i += 2;
        }
        try {
            return Optional.of(
                    StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString());
        } catch (CharacterCodingException e) {
            return Optional.empty();
        }
    }
}
