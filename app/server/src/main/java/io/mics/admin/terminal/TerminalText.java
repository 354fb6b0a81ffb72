package io.mics.admin.terminal;

import java.util.regex.Pattern;

/** What others wrote, as a terminal may be given it: nothing in it moves the cursor, or turns the text around. */
public final class TerminalText {
    /** Control characters of either half of Latin-1, ends of lines, and marks that reverse what follows. */
    private static final Pattern OBEYED =
            Pattern.compile("[\\p{IsControl}\\x{2028}\\x{2029}\\x{202a}-\\x{202e}\\x{2066}-\\x{2069}]");

    private static final Pattern OBEYED_IN_JSON = Pattern.compile("(?!\n)" + OBEYED);

    private TerminalText() {}

    /** One line: a question mark stands for what a terminal would obey. */
    public static String line(String text) {
        return OBEYED.matcher(text).replaceAll("?");
    }

    /** A JSON document that means the same. */
    public static String json(String document) {
        return OBEYED_IN_JSON
                .matcher(document)
                .replaceAll(
                        found -> String.format("\\\\u%04x", (int) found.group().charAt(0)));
    }
}
