package io.mics.config;

import io.mics.NodeConfig;
import io.mics.hook.config.HooksReader;
import io.mics.hook.point.HookSetup;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Everything files and environment say.
 *
 * @param sources where it was read, and is read again when it changes
 */
public record Configuration(NodeConfig node, HookSetup hooks, Sources sources) {
    /** A folder with the files, and the environment that overrules them. */
    public record Sources(Path dir, Map<String, String> environment) {
        /** Takes a copy of the environment. */
        public Sources {
            environment = Map.copyOf(environment);
        }

        /** The folder alone: the environment has passwords. */
        @Override
        public String toString() {
            return dir.toString();
        }
    }

    /** Reads everything, and finds everything that is wrong with it. */
    public static Reading<Configuration> read(Path dir, Map<String, String> environment) {
        Reading<NodeConfig> node = NodeConfigReader.read(dir, environment);
        Reading<HookSetup> hooks = HooksReader.read(dir, environment);
        if (node instanceof Reading.Valid<NodeConfig> n && hooks instanceof Reading.Valid<HookSetup> h) {
            Configuration whole = new Configuration(n.value(), h.value(), new Sources(dir, environment));
            return new Reading.Valid<>(whole, joined(n.notes(), h.notes()));
        }
        return new Reading.Invalid<>(joined(problems(node), problems(hooks)));
    }

    private static List<Problem> problems(Reading<?> reading) {
        return switch (reading) {
            case Reading.Invalid<?> invalid -> invalid.problems();
            case Reading.Valid<?> valid -> List.of();
        };
    }

    private static <T> List<T> joined(List<T> first, List<T> second) {
        List<T> all = new ArrayList<>(first);
        all.addAll(second);
        return List.copyOf(all);
    }
}
