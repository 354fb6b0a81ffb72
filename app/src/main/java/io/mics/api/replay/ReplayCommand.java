package io.mics.api.replay;

import java.io.IOException;
import java.io.PrintStream;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/** {@code java -jar mics.jar hooks replay}: asks another version of a hook what a recording holds. */
public final class ReplayCommand {
    /** What is printed when the command line is not understood. */
    public static final String USAGE = """
            java -jar mics.jar hooks replay FILE --target URL [options]

              makes every call in FILE (hooks.record in mics.yaml) once more, at URL, and prints what is decided
              otherwise: line, hook, verdict then -> verdict now; exit 0 when all are the same, else 1

              --target URL       http://host:port/path, or http://host:port for gRPC; https, too
              --transport TYPE   webhook or grpc (webhook)
              --secret SECRET    signs webhooks
              --hook NAME        only calls of this hook, NAME or NAME@VERSION
              --concurrency N    calls at one time, 1 to 1000 (8)

              FILE holds no texts, only how long they were and what of; so what a hook decides by words is not seen.
            """;

    private static final int SAME = 0;
    private static final int NOT_SAME = 1;
    private static final int WRONG_USAGE = 64;
    private static final Logger TALKATIVE = Logger.getLogger("io.helidon");

    private ReplayCommand() {}

    /** Runs the command of this process. */
    public static int run(List<String> arguments) {
        TALKATIVE.setLevel(Level.OFF); // what matters is said here
        return run(arguments, System.out, System.err);
    }

    /** Runs the command; returns the exit code: 0, 1 for a difference or failure, 64 for a wrong command line. */
    static int run(List<String> arguments, PrintStream out, PrintStream err) {
        ReplaySettings settings;
        try {
            settings = ReplaySettings.parse(arguments);
        } catch (IllegalArgumentException e) {
            err.println(e.getMessage() + System.lineSeparator() + USAGE);
            return WRONG_USAGE;
        }
        try {
            ReplayReport report = Replay.run(settings);
            report.print(out);
            return report.isClean() ? SAME : NOT_SAME;
        } catch (IOException e) {
            err.println(settings.file() + " cannot be read: " + e.getMessage());
            return NOT_SAME;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return NOT_SAME;
        }
    }
}
