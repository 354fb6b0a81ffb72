package io.mics;

import io.mics.admin.command.Commands;
import io.mics.admin.terminal.Terminal;
import io.mics.lifecycle.Arguments;
import io.mics.node.settings.ConfigCheck;
import io.mics.observe.log.LogSetup;

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
            case Arguments.Run run -> Server.run(run.dir());
            case Arguments.Command command ->
                System.exit(Commands.run(command.words(), Terminal.ofProcess(), ConfigCheck::run, Doctor::run));
            case Arguments.Wrong wrong -> {
                System.err.println(wrong.problem());
                System.exit(Arguments.WRONG_USAGE);
            }
        }
    }
}
