package io.mics.protocol.json;

import jakarta.json.JsonObject;
import jakarta.json.stream.JsonParser;
import jakarta.json.stream.JsonParserFactory;
import jakarta.json.stream.JsonParsingException;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Reads a text frame as one JSON object and nothing else: no second document, no key twice, no text that is not Unicode
 * (half a surrogate pair), nothing nested deeper than {@value #DEPTH}.
 */
final class JsonText {
    private static final int DEPTH = 32;

    private static final JsonParserFactory PARSERS = JsonFrames.JSON.createParserFactory(
            Map.of("org.eclipse.parsson.rejectDuplicateKeys", true, "org.eclipse.parsson.maxDepth", DEPTH));

    private JsonText() {}

    /** What came of reading one. */
    sealed interface Read {
        /** It is an object. */
        record Document(JsonObject object) implements Read {}

        /** It is not, and why. */
        record Invalid(String what) implements Read {}
    }

    /** Reads a whole frame, which is UTF-8. */
    static Read read(byte[] data, int offset, int length) {
        if (!isUnicode(data, offset, offset + length)) {
            return new Read.Invalid("holds half a surrogate pair");
        }
        try (JsonParser parser =
                PARSERS.createParser(new StringReader(new String(data, offset, length, StandardCharsets.UTF_8)))) {
            if (!parser.hasNext() || parser.next() != JsonParser.Event.START_OBJECT) {
                return new Read.Invalid("not a JSON object");
            }
            JsonObject object = parser.getObject();
            return isAtEnd(parser) ? new Read.Document(object) : new Read.Invalid("more than one JSON document");
        } catch (RuntimeException e) {
            // the parser reports syntax, nesting and size by exceptions of several unrelated kinds
            return new Read.Invalid("not valid JSON");
        }
    }

    /** Whether nothing comes behind what was read; the parser throws where it meets what it does not expect. */
    private static boolean isAtEnd(JsonParser parser) {
        try {
            return !parser.hasNext();
        } catch (JsonParsingException e) {
            return false;
        }
    }

    /** Whether every escaped surrogate stands with its other half; unescaped ones do not exist in UTF-8. */
    private static boolean isUnicode(byte[] data, int from, int to) {
        boolean high = false;
        for (int i = from; i < to; i++) {
            if (data[i] != '\\') {
                if (high) {
                    return false;
                }
                continue;
            }
            int unit = i + 5 < to && data[i + 1] == 'u' ? unit(data, i + 2) : -1;
            boolean low = unit >= Character.MIN_LOW_SURROGATE && unit <= Character.MAX_LOW_SURROGATE;
            if (low != high) {
                return false;
            }
            high = unit >= Character.MIN_HIGH_SURROGATE && unit <= Character.MAX_HIGH_SURROGATE;
            i += unit < 0 ? 1 : 5;
        }
        return !high;
    }

    /** The UTF-16 unit of four hexadecimal digits; -1 where they are none, which the parser reports. */
    private static int unit(byte[] data, int at) {
        int unit = 0;
        for (int i = at; i < at + 4; i++) {
            int digit = Character.digit(data[i], 16);
            if (digit < 0) {
                return -1;
            }
            unit = unit << 4 | digit;
        }
        return unit;
    }
}
