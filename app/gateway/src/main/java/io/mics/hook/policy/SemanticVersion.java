package io.mics.hook.policy;

import java.util.Comparator;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A version such as {@code 1.4.0}; one with a suffix, such as {@code 2.0.0-rc1}, comes before the same without. */
public record SemanticVersion(int major, int minor, int patch, String suffix) implements Comparable<SemanticVersion> {
    /** What a hook without a version has. */
    public static final SemanticVersion FIRST = new SemanticVersion(1, 0, 0, "");

    private static final Pattern FORM =
            Pattern.compile("(\\d{1,8})\\.(\\d{1,8})\\.(\\d{1,8})(?:-([0-9A-Za-z.-]{1,32}))?");
    private static final Comparator<SemanticVersion> ORDER = Comparator.comparingInt(SemanticVersion::major)
            .thenComparingInt(SemanticVersion::minor)
            .thenComparingInt(SemanticVersion::patch)
            .thenComparing(v -> v.suffix().isEmpty())
            .thenComparing(SemanticVersion::suffix);

    /** The version {@code text} says, or nothing. */
    public static Optional<SemanticVersion> parse(String text) {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            return Optional.empty();
        }
        return Optional.of(new SemanticVersion(
                Integer.parseInt(form.group(1)),
                Integer.parseInt(form.group(2)),
                Integer.parseInt(form.group(3)),
                form.group(4) == null ? "" : form.group(4)));
    }

    @Override
    public int compareTo(SemanticVersion other) {
        return ORDER.compare(this, other);
    }

    @Override
    public String toString() {
        return major + "." + minor + "." + patch + (suffix.isEmpty() ? "" : "-" + suffix);
    }
}
