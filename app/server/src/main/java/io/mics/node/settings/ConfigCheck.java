package io.mics.node.settings;

import io.mics.config.ConfigResult;
import io.mics.config.Problem;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** The check of a configuration without starting anything. */
public final class ConfigCheck {
    /** The exit code for a configuration that is wrong. */
    public static final int WRONG = 78;

    private ConfigCheck() {}

    /** Reads {@code dir} and {@code environment}, prints every problem to {@code out}; the exit code, 0 or 78. */
    public static int run(Path dir, Map<String, String> environment, PrintStream out) {
        return switch (Configuration.read(dir, environment)) {
            case ConfigResult.Invalid<Configuration> invalid -> refuse(invalid.problems(), out);
            case ConfigResult.Valid<Configuration> valid -> {
                valid.notes().forEach(out::println);
                out.println("configuration is valid");
                yield 0;
            }
        };
    }

    /** Prints one line for each problem and returns the exit code for a configuration that is wrong. */
    public static int refuse(List<Problem> problems, PrintStream out) {
        problems.forEach(problem -> out.println(problem.line()));
        return WRONG;
    }
}
