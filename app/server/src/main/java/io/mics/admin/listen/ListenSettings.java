package io.mics.admin.listen;

import java.util.List;

/**
 * How to listen.
 *
 * @param host     the address to bind
 * @param port     0 takes a free one
 * @param secrets  what calls may be signed with; none checks nothing
 * @param showBody whether what was said is printed, too
 */
record ListenSettings(String host, int port, List<String> secrets, boolean showBody) {
    /** Secrets never reach a log. */
    @Override
    public String toString() {
        return "ListenSettings[" + host + ":" + port + "]";
    }

    /** Throws {@link IllegalArgumentException}, which names the one that is wrong. */
    static ListenSettings of(String host, String port, List<String> secrets, boolean showBody) {
        if (secrets.contains("")) {
            throw new IllegalArgumentException("--secret: is empty");
        }
        return new ListenSettings(host, port(port), List.copyOf(secrets), showBody);
    }

    private static int port(String value) {
        if (!value.matches("\\d{1,5}") || Integer.parseInt(value) > 65_535) {
            throw new IllegalArgumentException("--port: 0 to 65535, not " + value);
        }
        return Integer.parseInt(value);
    }
}
