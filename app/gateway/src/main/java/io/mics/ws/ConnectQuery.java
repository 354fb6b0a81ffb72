package io.mics.ws;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The query of a connect URL. Names are read in any case, as the earlier server did. A name of ours given twice is
 * refused: who checks the one before us might not be who uses the other.
 */
final class ConnectQuery {
    private static final Set<String> NAMES = Set.of("tenantid", "token", "deviceid", "protocol", "catchup");

    private final Map<String, String> values;

    private ConnectQuery(Map<String, String> values) {
        this.values = values;
    }

    /** What came of reading one. */
    sealed interface Read {
        /** It can be read. */
        record Valid(ConnectQuery query) implements Read {}

        /** It cannot, and why. */
        record Invalid(String what) implements Read {}
    }

    /** Reads a query as it was sent, without its question mark. */
    static Read read(String raw) {
        Map<String, String> values = new HashMap<>();
        for (String parameter : raw.split("&", -1)) {
            int equals = parameter.indexOf('=');
            String name = decode(equals < 0 ? parameter : parameter.substring(0, equals));
            String value = equals < 0 ? "" : decode(parameter.substring(equals + 1));
            if (name == null || value == null) {
                return new Read.Invalid("the query is not percent-encoded UTF-8");
            }
            String known = name.toLowerCase(Locale.ROOT);
            if (NAMES.contains(known) && values.put(known, value) != null) {
                return new Read.Invalid("the query has more than one " + known);
            }
        }
        return new Read.Valid(new ConnectQuery(values));
    }

    /** The value of one of our names, which are lower case; empty where it is not given. */
    String value(String name) {
        return values.getOrDefault(name, "");
    }

    /** A part of a query; null when it is not percent-encoded UTF-8. */
    private static @Nullable String decode(String raw) {
        if (raw.indexOf('%') < 0) {
            return raw.replace('+', ' ');
        }
        ByteBuffer bytes = ByteBuffer.allocate(raw.length());
        for (int i = 0; i < raw.length(); i++) {
            char c = raw.charAt(i);
            if (c == '%') {
                int high = i + 2 < raw.length() ? Character.digit(raw.charAt(i + 1), 16) : -1;
                int low = i + 2 < raw.length() ? Character.digit(raw.charAt(i + 2), 16) : -1;
                if (high < 0 || low < 0) {
                    return null;
                }
                bytes.put((byte) (high << 4 | low));
                i += 2;
            } else if (c < 128) {
                bytes.put((byte) (c == '+' ? ' ' : c));
            } else {
                return null;
            }
        }
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(bytes.flip()).toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }
}
