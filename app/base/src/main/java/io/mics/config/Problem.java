package io.mics.config;

/**
 * One thing wrong in the configuration. Never holds a secret's value.
 *
 * @param key        the full key, such as {@code defaults.hooks.timeout}
 * @param source     where the value came from: {@code file:...} or {@code environment NAME}
 * @param what       what is wrong, as the end of a sentence that starts with the key
 * @param nearest    the valid key nearest to an unknown one; empty when the key is known
 * @param lineNumber the line of the source, the first is 1; 0 when it is not known
 * @param hook       the name of the hook concerned; empty when none is
 */
public record Problem(String key, String source, String what, String nearest, int lineNumber, String hook) {

    /** A problem whose line is not known, and with no hook. */
    public Problem(String key, String source, String what, String nearest) {
        this(key, source, what, nearest, 0, "");
    }

    /** This problem at its line. */
    public Problem at(int line, String concerned) {
        return new Problem(key, source, what, nearest, line, concerned);
    }

    /** One line for a person. */
    public String line() {
        String of = hook.isEmpty() ? "" : " of hook " + hook;
        String hint = nearest.isEmpty() ? "" : "; nearest valid key: " + nearest;
        return key + of + ": " + what + hint + " (" + source + (lineNumber > 0 ? ":" + lineNumber : "") + ")";
    }
}
