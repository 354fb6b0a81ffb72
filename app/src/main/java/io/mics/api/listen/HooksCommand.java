package io.mics.api.listen;

import java.io.PrintStream;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.logging.Level;
import java.util.logging.Logger;

/** {@code java -jar mics.jar hooks listen}: prints every hook call that comes, until it is interrupted. */
public final class HooksCommand {
    /** What is printed when the command line is not understood. */
    public static final String USAGE = """
            java -jar mics.jar hooks listen [key=value ...]

              takes hook calls of every transport on one port, says yes to each, and prints it

              port=9300       0 takes a free one
              host=127.0.0.1  where to listen
              secret=SECRET   what webhooks and /auth, /check-message, … are signed with; several times for several
              show-body=true  prints bodies, too, and puts them into the lines to replay a call (false)

              In hooks.yaml:    transport: {type: webhook, url: "http://127.0.0.1:9300/any/path"}
                                transport: {type: grpc, endpoint: "http://127.0.0.1:9300"}
              In tenants.yaml:  hooks: {base-url: "http://127.0.0.1:9300"}, tokens valid:{user}

            java -jar mics.jar hooks replay     asks another version of a hook what a recording holds; says how
            """;

    private static final int WRONG_USAGE = 64;
    private static final int UNAVAILABLE = 69;
    private static final Logger TALKATIVE = Logger.getLogger("io.helidon");

    private HooksCommand() {}

    /** Runs the command of this process. */
    public static int run(List<String> arguments) {
        TALKATIVE.setLevel(Level.OFF); // what matters is said here
        return run(arguments, System.out, System.err, new CountDownLatch(1));
    }

    /** Runs the command until {@code end}; returns the exit code: 0, 64 for a wrong command line, 69 for no port. */
    static int run(List<String> arguments, PrintStream out, PrintStream err, CountDownLatch end) {
        if (arguments.isEmpty() || !arguments.getFirst().equals("listen")) {
            err.print(USAGE);
            return WRONG_USAGE;
        }
        ListenSettings settings;
        try {
            settings = ListenSettings.parse(arguments.subList(1, arguments.size()));
        } catch (IllegalArgumentException e) {
            err.println(e.getMessage() + System.lineSeparator() + USAGE);
            return WRONG_USAGE;
        }
        try (HookListener listener = HookListener.start(settings, out)) {
            out.println("listening for hook calls on " + settings.host() + ":" + listener.port()
                    + (settings.secrets().isEmpty() ? "; signatures are not checked: no secret" : ""));
            end.await();
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        } catch (IllegalStateException e) {
            err.println("cannot listen on " + settings.host() + ":" + settings.port() + ": " + e.getMessage());
            return UNAVAILABLE;
        }
    }
}
