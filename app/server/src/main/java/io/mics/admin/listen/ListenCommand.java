package io.mics.admin.listen;

import io.mics.admin.terminal.Terminal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Level;
import java.util.logging.Logger;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code java -jar mics.jar hooks listen}: prints every hook call that comes, until it is interrupted. */
@Command(
        description = "Takes hook calls of every transport on one port, says yes to each, and prints it.",
        sortOptions = false,
        footer = {
            "",
            "In hooks.yaml:    transport: {type: webhook, url: \"http://127.0.0.1:9300/any/path\"}",
            "                  transport: {type: grpc, endpoint: \"http://127.0.0.1:9300\"}",
            "In tenants.yaml:  hooks: {base-url: \"http://127.0.0.1:9300\"}, tokens valid:{user}"
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {" 0:ended", "64:a command line that is not understood", "69:the port cannot be had"})
public final class ListenCommand implements Callable<Integer> {
    private static final Logger TALKATIVE = Logger.getLogger("io.helidon");

    private final Terminal terminal;
    private final CountDownLatch end;

    @Option(names = "--port", paramLabel = "N", description = "0 takes a free one (9300)")
    private String port = "9300";

    @Option(names = "--host", paramLabel = "ADDRESS", description = "where to listen (127.0.0.1)")
    private String host = "127.0.0.1";

    @Option(
            names = "--secret",
            paramLabel = "SECRET",
            description = "what webhooks and /auth, /check-message, ... are signed with; several times for several")
    private List<String> secrets = new ArrayList<>();

    @Option(
            names = "--show-body",
            paramLabel = "true|false",
            arity = "0..1",
            fallbackValue = "true",
            description = "prints bodies, too, and puts them into the lines to replay a call (false)")
    private boolean showBody;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    /** Listens until the process is ended. */
    public ListenCommand(Terminal terminal) {
        this(terminal, new CountDownLatch(1));
    }

    /** Listens until {@code end}. */
    ListenCommand(Terminal terminal, CountDownLatch end) {
        this.terminal = terminal;
        this.end = end;
    }

    /** Listens; returns the exit code. */
    @Override
    public Integer call() {
        TALKATIVE.setLevel(Level.OFF); // what matters is said here
        try {
            return listen(ListenSettings.of(host, port, secrets, showBody));
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private int listen(ListenSettings settings) {
        try (HookListener listener = HookListener.start(settings, terminal.out())) {
            terminal.out()
                    .println("listening for hook calls on " + settings.host() + ":" + listener.port()
                            + (settings.secrets().isEmpty() ? "; signatures are not checked: no secret" : ""));
            end.await();
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        } catch (IllegalStateException e) {
            terminal.err()
                    .println("cannot listen on " + settings.host() + ":" + settings.port() + ": " + e.getMessage()
                            + "; --port 0 takes a free one");
            return Terminal.UNAVAILABLE;
        }
    }
}
