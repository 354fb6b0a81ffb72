package io.mics.hook.webhook;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** A host such as {@code hooks.example.com}, or all below one: {@code *.example.com}. */
record HostName(String name, boolean below) {
    private static final String LABEL = "[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?";
    private static final Pattern FORM = Pattern.compile(LABEL + "(\\." + LABEL + ")*");
    private static final Pattern NUMBERS = Pattern.compile("[0-9.]+");

    /** The host or hosts that {@code text} names, or nothing. */
    static Optional<HostName> parse(String text) {
        boolean below = text.startsWith("*.");
        String name = plain(below ? text.substring(2) : text);
        return FORM.matcher(name).matches() && !NUMBERS.matcher(name).matches()
                ? Optional.of(new HostName(name, below))
                : Optional.empty();
    }

    boolean matches(String host) {
        String plain = plain(host);
        return below ? plain.endsWith("." + name) : plain.equals(name);
    }

    private static String plain(String host) {
        String lower = host.toLowerCase(Locale.ROOT);
        return lower.endsWith(".") ? lower.substring(0, lower.length() - 1) : lower;
    }
}
