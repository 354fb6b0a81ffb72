package io.mics;

import io.mics.admin.Terminal;
import io.mics.admin.command.Commands;
import io.mics.concurrent.FatalErrors;
import io.mics.config.ConfigResult;
import io.mics.lifecycle.Arguments;
import io.mics.lifecycle.HeapReturn;
import io.mics.lifecycle.Signals;
import io.mics.node.Node;
import io.mics.node.StartRefusedException;
import io.mics.node.settings.ConfigCheck;
import io.mics.node.settings.Configuration;
import io.mics.observe.log.LogSetup;
import java.nio.file.Path;

/** Where the server begins. */
public final class Main {
    private Main() {}

    /** Runs the server until a signal, or answers the command line and exits. */
    public static void main(String[] args) {
        Arguments arguments = Arguments.parse(args);
        if (!(arguments instanceof Arguments.Run)) {
            LogSetup.silence();
        }
        switch (arguments) {
            case Arguments.Run run -> run(run.dir());
            case Arguments.Command command ->
                System.exit(Commands.run(command.words(), Terminal.ofProcess(), ConfigCheck::run, Doctor::run));
            case Arguments.Wrong wrong -> {
                System.err.println(wrong.problem());
                System.exit(Arguments.WRONG_USAGE);
            }
        }
    }

    private static void run(Path dir) {
        FatalErrors.endTheProcess();
        switch (Configuration.read(dir, System.getenv())) {
            case ConfigResult.Invalid<Configuration> bad -> System.exit(ConfigCheck.refuse(bad.problems(), System.err));
            case ConfigResult.Valid<Configuration> valid -> {
                try {
                    Signals.stopWith(Node.start(valid)::close);
                    HeapReturn.begin();
                } catch (StartRefusedException e) {
                    System.exit(ConfigCheck.refuse(e.problems(), System.err));
                }
            }
        }
    }
}
