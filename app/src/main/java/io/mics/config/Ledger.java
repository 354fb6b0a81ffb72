package io.mics.config;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What reading one file has met so far: its problems, the keys asked for and where their values came from. */
final class Ledger {
    final Environment environment;
    final String file;
    final List<Problem> problems;
    final Set<String> known = new LinkedHashSet<>();
    final Map<String, Origin> origins = new LinkedHashMap<>();

    Ledger(Environment environment, String file, List<Problem> problems) {
        this.environment = environment;
        this.file = file;
        this.problems = problems;
    }

    /** The valid key nearest to an unknown one: a sibling, unless the same name is valid elsewhere. */
    String nearest(String prefix, String name) {
        List<String> siblings = new ArrayList<>();
        for (String path : known) {
            if (path.startsWith(prefix) && path.indexOf('.', prefix.length()) < 0) {
                siblings.add(path.substring(prefix.length()));
            }
        }
        String sibling = Nearest.to(name, siblings);
        if (!sibling.isEmpty() && Nearest.distance(name, sibling) <= Math.max(2, name.length() / 3)) {
            return prefix + sibling;
        }
        for (String path : known) {
            if (path.endsWith("." + name)) {
                return path;
            }
        }
        return sibling.isEmpty() ? Nearest.to(prefix + name, known) : prefix + sibling;
    }
}
