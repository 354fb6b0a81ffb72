package io.mics.config;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToIntFunction;

/** What reading one file has met so far: its problems, the keys asked for and where their values came from. */
final class ReadContext {
    /** The most problems that are reported of one file. */
    private static final int MOST = 200;

    final Environment environment;
    final String file;
    final Set<String> known = new LinkedHashSet<>();
    final NavigableMap<String, ValueOrigin> origins = new TreeMap<>();

    private final List<Problem> problems;
    private final ToIntFunction<String> lines;
    private int added;

    /** {@code lines} knows the line of each key of the file, below 0 of a file that could not be read. */
    ReadContext(Environment environment, String file, List<Problem> problems, ToIntFunction<String> lines) {
        this.environment = environment;
        this.file = file;
        this.problems = problems;
        this.lines = lines;
    }

    /** Adds a problem, with its line if the file has it; a file that could not be read has but that one problem. */
    void add(Problem problem) {
        int line = problem.source().equals(file) ? lines.applyAsInt(problem.key()) : 0;
        if (line >= 0 && !isFull()) {
            added++;
            problems.add(problem.at(line, ""));
        }
    }

    /** Whether nobody would read one problem more. */
    boolean isFull() {
        return added >= MOST;
    }

    /** The valid key nearest to an unknown one: a sibling, unless the same name is valid elsewhere. */
    String nearest(String prefix, String name) {
        List<String> siblings = new ArrayList<>();
        for (String path : known) {
            if (path.startsWith(prefix) && path.indexOf('.', prefix.length()) < 0) {
                siblings.add(path.substring(prefix.length()));
            }
        }
        String sibling = KeySuggestion.nearest(name, siblings);
        if (!sibling.isEmpty() && KeySuggestion.distance(name, sibling) <= Math.max(2, name.length() / 3)) {
            return prefix + sibling;
        }
        for (String path : known) {
            if (path.endsWith("." + name)) {
                return path;
            }
        }
        return sibling.isEmpty() ? KeySuggestion.nearest(prefix + name, known) : prefix + sibling;
    }
}
