package io.mics.observe;

import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Trace ids: 32 lower-case hex digits, never all zero. Unique enough to find a request by, not a secret. */
public final class TraceId {
    // version (not ff), trace id, parent id, flags; a version later than 00 may go on after another dash
    private static final Pattern TRACEPARENT =
            Pattern.compile("(?!ff)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-[0-9a-f]{2}(-.*)?");

    private static final String NO_TRACE = "0".repeat(32);
    private static final String NO_PARENT = "0".repeat(16);

    private TraceId() {}

    /** A new one. */
    public static String create() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        long low = random.nextLong();
        HexFormat hex = HexFormat.of();
        return hex.toHexDigits(random.nextLong()) + hex.toHexDigits(low == 0 ? 1 : low);
    }

    /** The W3C {@code traceparent} header of a call made under a trace, with a new parent id. */
    public static String traceparent(String traceId) {
        long parent = ThreadLocalRandom.current().nextLong();
        return "00-" + traceId + "-" + HexFormat.of().toHexDigits(parent == 0 ? 1 : parent) + "-01";
    }

    /** The one a W3C {@code traceparent} header carries, or a new one when there is none or it is not valid. */
    public static String fromTraceparent(@Nullable String header) {
        if (header != null && (header.length() == 55 || (header.length() > 55 && !header.startsWith("00")))) {
            var parts = TRACEPARENT.matcher(header);
            if (parts.matches()
                    && !parts.group(1).equals(NO_TRACE)
                    && !parts.group(2).equals(NO_PARENT)) {
                return parts.group(1);
            }
        }
        return create();
    }
}
