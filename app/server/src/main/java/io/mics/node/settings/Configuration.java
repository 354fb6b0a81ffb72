package io.mics.node.settings;

import io.mics.config.ConfigResult;
import io.mics.config.Problem;
import io.mics.hook.config.HooksFile;
import io.mics.hook.config.HooksFileReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Everything files and environment say.
 *
 * @param sources where it was read, and is read again when it changes
 */
public record Configuration(NodeConfig node, HooksFile hooks, Sources sources) {
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
    public static ConfigResult<Configuration> read(Path dir, Map<String, String> environment) {
        ConfigResult<NodeConfig> node = NodeConfigReader.read(dir, environment);
        ConfigResult<HooksFile> hooks = HooksFileReader.read(dir, environment);
        if (node instanceof ConfigResult.Valid<NodeConfig> n && hooks instanceof ConfigResult.Valid<HooksFile> h) {
            Configuration whole = new Configuration(n.value(), h.value(), new Sources(dir, environment));
            return new ConfigResult.Valid<>(whole, joined(n.notes(), h.notes()));
        }
        return new ConfigResult.Invalid<>(joined(problems(node), problems(hooks)));
    }

    private static List<Problem> problems(ConfigResult<?> reading) {
        return switch (reading) {
            case ConfigResult.Invalid<?> invalid -> invalid.problems();
            case ConfigResult.Valid<?> valid -> List.of();
        };
    }

    private static <T> List<T> joined(List<T> first, List<T> second) {
        List<T> all = new ArrayList<>(first);
        all.addAll(second);
        return List.copyOf(all);
    }
}
