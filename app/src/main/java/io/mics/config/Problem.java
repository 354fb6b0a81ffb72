package io.mics.config;

/**
 * One thing wrong in the configuration. Never holds a secret's value.
 *
 * @param key     the full key, such as {@code defaults.hooks.timeout}
 * @param source  where the value came from: {@code file:...} or {@code environment NAME}
 * @param what    what is wrong, as the end of a sentence that starts with the key
 * @param nearest the valid key nearest to an unknown one; empty when the key is known
 */
public record Problem(String key, String source, String what, String nearest) {

    /** One line for a person. */
    public String line() {
        String hint = nearest.isEmpty() ? "" : "; nearest valid key: " + nearest;
        return key + ": " + what + hint + " (" + source + ")";
    }
}
