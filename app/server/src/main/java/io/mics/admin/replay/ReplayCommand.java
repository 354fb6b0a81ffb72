package io.mics.admin.replay;

import io.mics.admin.terminal.Terminal;
import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code java -jar mics.jar hooks replay}: asks another version of a hook what a recording holds. */
@Command(
        description = {
            "Makes every call of a recording (hooks.record in mics.yaml) once more, at another version of a hook, and"
                    + " prints what is decided otherwise: line, hook, verdict then -> verdict now.",
            "A recording holds no texts, only how long they were and what of; so what a hook decides by words is not"
                    + " seen."
        },
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            " 0:all are the same",
            " 1:some are not, or were not answered, or there was nothing to compare",
            "64:a command line that is not understood",
            "69:nothing listens at the target"
        })
public final class ReplayCommand implements Callable<Integer> {
    private static final int SAME = 0;
    private static final int NOT_SAME = 1;
    private static final Logger TALKATIVE = Logger.getLogger("io.helidon");

    private final Terminal terminal;

    @Parameters(paramLabel = "FILE", description = "the recording")
    private String file = "";

    @Option(
            names = "--target",
            paramLabel = "URL",
            required = true,
            description = "http://host:port/path, or http://host:port for gRPC; https, too")
    private String target = "";

    @Option(names = "--transport", paramLabel = "TYPE", description = "webhook or grpc (webhook)")
    private String transport = "webhook";

    @Option(names = "--secret", paramLabel = "SECRET", description = "signs webhooks")
    private Optional<String> secret = Optional.empty();

    @Option(names = "--hook", paramLabel = "NAME", description = "only calls of this hook, NAME or NAME@VERSION")
    private Optional<String> hook = Optional.empty();

    @Option(names = "--concurrency", paramLabel = "N", description = "calls at one time, 1 to 1000 (8)")
    private String concurrency = "8";

    @Spec
    private CommandSpec spec = CommandSpec.create();

    public ReplayCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    /** Replays; returns the exit code. */
    @Override
    public Integer call() {
        TALKATIVE.setLevel(Level.OFF); // what matters is said here
        try {
            return run(ReplaySettings.of(file, ReplaySettings.target(target, transport, secret), hook, concurrency));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private int run(ReplaySettings settings) {
        try {
            ReplayReport report = Replay.run(settings);
            report.print(terminal.out());
            return report.isUnreachable() ? Terminal.UNAVAILABLE : report.isClean() ? SAME : NOT_SAME;
        } catch (IOException e) {
            terminal.err().println(settings.file() + " cannot be read: " + e.getMessage());
            return NOT_SAME;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return NOT_SAME;
        }
    }
}
