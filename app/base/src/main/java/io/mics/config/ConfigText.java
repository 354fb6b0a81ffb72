package io.mics.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** The text of one file, read whole and once: UTF-8, with or without a byte order mark, of at most 3 MiB. */
public final class ConfigText {
    /** The most bytes of one file; the YAML parsers take no more either. */
    static final int MAX_BYTES = 3 << 20;

    private static final char BYTE_ORDER_MARK = '\uFEFF';

    private ConfigText() {}

    /** The text of {@code file}, empty text where there is none; empty when it cannot be read, which is a problem. */
    public static Optional<String> read(Path file, String source, List<Problem> problems) {
        String name = String.valueOf(file.getFileName());
        if (Files.notExists(file)) {
            return Optional.of("");
        }
        if (!Files.isRegularFile(file)) {
            problems.add(new Problem(name, source, "is not a file", ""));
            return Optional.empty();
        }
        byte[] bytes;
        try (InputStream in = Files.newInputStream(file)) {
            bytes = in.readNBytes(MAX_BYTES + 1);
        } catch (IOException e) {
            problems.add(
                    new Problem(name, source, "cannot be read: " + e.getClass().getSimpleName(), ""));
            return Optional.empty();
        }
        if (bytes.length > MAX_BYTES) {
            problems.add(new Problem(name, source, "is larger than " + MAX_BYTES + " bytes", ""));
            return Optional.empty();
        }
        return decode(bytes, name, source, problems);
    }

    /** UTF-8 as text, without a byte order mark; empty when it is not UTF-8, which is a problem with {@code name}. */
    public static Optional<String> decode(byte[] bytes, String name, String source, List<Problem> problems) {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length);
        CoderResult result = StandardCharsets.UTF_8
                .newDecoder()
                .onMalformedInput(CodingErrorAction.REPORT)
                .onUnmappableCharacter(CodingErrorAction.REPORT)
                .decode(in, out, true);
        if (result.isError()) {
            String what = isUtf16(bytes) ? "is UTF-16: save it as UTF-8" : "is not UTF-8";
            problems.add(new Problem(name, source, what, "").at(line(bytes, in.position()), ""));
            return Optional.empty();
        }
        String text = out.flip().toString();
        return Optional.of(!text.isEmpty() && text.charAt(0) == BYTE_ORDER_MARK ? text.substring(1) : text);
    }

    private static boolean isUtf16(byte[] bytes) {
        return bytes.length > 1 && ((bytes[0] == -1 && bytes[1] == -2) || (bytes[0] == -2 && bytes[1] == -1));
    }

    private static int line(byte[] bytes, int end) {
        int line = 1;
        for (int i = 0; i < end; i++) {
            line += bytes[i] == '\n' ? 1 : 0;
        }
        return line;
    }
}
