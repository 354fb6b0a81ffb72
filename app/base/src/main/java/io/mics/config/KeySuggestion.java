package io.mics.config;

import java.util.Collection;

/** The valid name nearest to a mistyped one, by edit distance. */
public final class KeySuggestion {
    private KeySuggestion() {}

    /** The nearest of {@code valid}; empty when there is none. */
    public static String nearest(String name, Collection<String> valid) {
        String best = "";
        int least = Integer.MAX_VALUE;
        for (String candidate : valid) {
            int distance = distance(name, candidate);
            if (distance < least) {
                least = distance;
                best = candidate;
            }
        }
        return best;
    }

    /** Insertions, deletions and replacements that turn {@code a} into {@code b}. */
    static int distance(String a, String b) {
        int[] above = new int[b.length() + 1];
        for (int j = 0; j <= b.length(); j++) {
            above[j] = j;
        }
        for (int i = 1; i <= a.length(); i++) {
            int[] row = new int[b.length() + 1];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int replace = above[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
                row[j] = Math.min(replace, Math.min(row[j - 1], above[j]) + 1);
            }
            above = row;
        }
        return above[b.length()];
    }
}
