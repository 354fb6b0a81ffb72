package io.mics.testing.node;

import io.mics.admin.command.Commands;
import io.mics.admin.terminal.Terminal;
import io.mics.node.settings.ConfigCheck;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.logging.Level;
import java.util.logging.Logger;

/** What a command of {@code java -jar mics.jar} came to, run in this process without an input. */
public record CommandRun(int exitCode, String out, String err) {
    private static final Commands.Checkup NO_DOCTOR = (dir, environment, out) -> {
        throw new AssertionError("the doctor is not asked");
    };

    /** Runs it with an empty environment. */
    public static CommandRun of(String... arguments) {
        return in(Map.of(), arguments);
    }

    /** Runs it with an environment. */
    public static CommandRun in(Map<String, String> environment, String... arguments) {
        return run(environment, NO_DOCTOR, arguments);
    }

    /** Runs it with what checks a configuration. */
    public static CommandRun run(Map<String, String> environment, Commands.Checkup doctor, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = run(terminal(InputStream.nullInputStream(), out, err, environment), doctor, arguments);
        return new CommandRun(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /** A terminal in memory. */
    public static Terminal terminal(
            InputStream in, ByteArrayOutputStream out, ByteArrayOutputStream err, Map<String, String> environment) {
        return new Terminal(
                in,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                environment);
    }

    /** Runs it in a terminal of one's own. */
    public static int in(Terminal terminal, String... arguments) {
        return run(terminal, NO_DOCTOR, arguments);
    }

    /** Some commands silence a library's log, which is that of other tests, too. */
    private static int run(Terminal terminal, Commands.Checkup doctor, String... arguments) {
        Logger library = Logger.getLogger("io.helidon");
        Level level = library.getLevel();
        try {
            return Commands.run(List.of(arguments), terminal, ConfigCheck::run, doctor);
        } finally {
            library.setLevel(level);
        }
    }
}
