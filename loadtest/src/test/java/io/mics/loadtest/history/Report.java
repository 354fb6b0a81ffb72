package io.mics.loadtest.history;

import io.mics.loadtest.history.Violation.Kind;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the checker found: how much of each violation with the first examples, and counts that say what was checked. */
public final class Report {
    private static final int EXAMPLES = 40;

    private final Map<Kind, Long> violations = new EnumMap<>(Kind.class);
    private final Map<Kind, List<String>> examples = new EnumMap<>(Kind.class);
    private final Map<String, Long> counts = new LinkedHashMap<>();

    /** A rule was broken. */
    public void violation(Kind kind, String what) {
        violations.merge(kind, 1L, Long::sum);
        List<String> known = examples.computeIfAbsent(kind, k -> new ArrayList<>());
        if (known.size() < EXAMPLES) {
            known.add(what);
        }
    }

    /** So many more of something. */
    public void count(String what, long n) {
        counts.merge(what, n, Long::sum);
    }

    /** The largest of something. */
    public void atMost(String what, long n) {
        counts.merge(what, n, Long::max);
    }

    /** Whether no rule was broken. */
    public boolean clean() {
        return violations.isEmpty();
    }

    /** How often a rule was broken. */
    public long violations(Kind kind) {
        return violations.getOrDefault(kind, 0L);
    }

    /** The first violations of a kind. */
    public List<Violation> examples(Kind kind) {
        return examples.getOrDefault(kind, List.of()).stream()
                .map(what -> new Violation(kind, what))
                .toList();
    }

    /** A count by its name, 0 when there is none. */
    public long count(String what) {
        return counts.getOrDefault(what, 0L);
    }

    /** One line per count, then the violations. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        counts.forEach((what, n) -> text.append(String.format("  %-44s %,12d%n", what, n)));
        if (clean()) {
            return text.append("no violation").append(System.lineSeparator()).toString();
        }
        violations.forEach((kind, n) -> {
            text.append(String.format("VIOLATION %s: %,d%n", kind, n));
            examples.getOrDefault(kind, List.of())
                    .forEach(what -> text.append("    ").append(what).append(System.lineSeparator()));
        });
        return text.toString();
    }
}
