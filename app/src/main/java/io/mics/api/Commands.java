package io.mics.api;

import io.mics.api.listen.HooksCommand;
import io.mics.lifecycle.Arguments;

/** The commands of {@code java -jar mics.jar} that are no server. */
public final class Commands {
    private Commands() {}

    /** Runs one; returns the exit code. */
    public static int run(Arguments.Command command) {
        return switch (command.name()) {
            case DEAD_LETTERS -> DeadLetterCommand.run(command.arguments());
            case HOOKS -> HooksCommand.run(command.arguments());
        };
    }
}
