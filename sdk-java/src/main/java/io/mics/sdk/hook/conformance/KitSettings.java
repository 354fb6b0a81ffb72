package io.mics.sdk.hook.conformance;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What is tried, and how.
 *
 * @param webhook   whether {@code url} takes webhooks; else it is the base URL of the protobuf hooks
 * @param url       without a trailing slash where it is a base URL
 * @param secret    signs the calls; empty leaves out what is about signatures
 * @param tenant    whose calls they are
 * @param token     what {@code /auth} is asked about
 * @param within    how long an answer may take
 * @param patience  how long one is waited for
 * @param bodyAlone whether webhooks are signed in the older form
 * @param points    which points of a webhook are called
 */
record KitSettings(
        boolean webhook,
        String url,
        String secret,
        String tenant,
        String token,
        Duration within,
        Duration patience,
        boolean bodyAlone,
        Set<String> points) {

    static final String USAGE = """
            ConformanceKit [mics-http|webhook] URL [SECRET] [key=value ...]

              URL             mics-http (default): the base URL of /auth, /check-message, …; webhook: where it is posted
              SECRET          signs the calls; without one, what is about signatures is left out
              tenant=t1       whose calls they are
              token=valid:u1  what /auth is asked about
              within=150      milliseconds an answer may take
              patience=10000  milliseconds one is waited for
              signature=body  a webhook's older signature, over the body alone (timestamped)
              points=pre-send,post-send,delivery,recall
                              which points of a webhook are called (pre-send)
            Exit code: 0 all passed, 1 some failed, 64 wrong usage.
            """;

    private static final Set<String> KEYS = Set.of("tenant", "token", "within", "patience", "signature", "points");

    /**
     * Reads a command line.
     *
     * @throws IllegalArgumentException it cannot be understood; the message says what
     */
    static KitSettings parse(List<String> arguments) {
        List<String> plain = new ArrayList<>();
        Map<String, String> options = new HashMap<>();
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            if (equals > 0 && KEYS.contains(argument.substring(0, equals))) {
                options.put(argument.substring(0, equals), argument.substring(equals + 1));
            } else {
                plain.add(argument);
            }
        }
        boolean webhook = !plain.isEmpty() && plain.get(0).equals("webhook");
        if (webhook || (!plain.isEmpty() && plain.get(0).equals("mics-http"))) {
            plain.remove(0);
        }
        if (plain.isEmpty() || plain.size() > 2 || !plain.get(0).matches("https?://.+")) {
            throw new IllegalArgumentException("not understood: " + String.join(" ", arguments));
        }
        return new KitSettings(
                webhook,
                webhook ? plain.get(0) : plain.get(0).replaceAll("/+$", ""),
                plain.size() > 1 ? plain.get(1) : "",
                options.getOrDefault("tenant", "t1"),
                options.getOrDefault("token", "valid:u1"),
                millis(options, "within", "150"),
                millis(options, "patience", "10000"),
                options.getOrDefault("signature", "").equals("body"),
                Set.of(options.getOrDefault("points", "pre-send").split(",", -1)));
    }

    private static Duration millis(Map<String, String> options, String key, String usual) {
        String millis = options.getOrDefault(key, usual);
        if (!millis.matches("\\d{1,6}")) {
            throw new IllegalArgumentException(key + ": milliseconds, not " + millis);
        }
        return Duration.ofMillis(Long.parseLong(millis));
    }
}
