package io.mics.api.listen;

import java.util.ArrayList;
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
    private static final int USUAL_PORT = 9300;

    /** Secrets never reach a log. */
    @Override
    public String toString() {
        return "ListenSettings[" + host + ":" + port + "]";
    }

    /**
     * Reads {@code key=value} arguments.
     *
     * @throws IllegalArgumentException one is not understood; the message says which
     */
    static ListenSettings parse(List<String> arguments) {
        String host = "127.0.0.1";
        int port = USUAL_PORT;
        boolean showBody = false;
        List<String> secrets = new ArrayList<>();
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            String value = argument.substring(equals + 1);
            switch (equals < 0 ? "" : argument.substring(0, equals)) {
                case "host" -> host = value;
                case "port" -> port = port(value);
                case "secret" -> secrets.add(value);
                case "show-body" -> showBody = value.equals("true");
                default -> throw new IllegalArgumentException("not understood: " + argument);
            }
        }
        if (secrets.contains("")) {
            throw new IllegalArgumentException("secret: is empty");
        }
        return new ListenSettings(host, port, List.copyOf(secrets), showBody);
    }

    private static int port(String value) {
        if (!value.matches("\\d{1,5}") || Integer.parseInt(value) > 65_535) {
            throw new IllegalArgumentException("port: 0 to 65535, not " + value);
        }
        return Integer.parseInt(value);
    }
}
