package io.mics.api;

import io.mics.api.chat.ChatCommand;
import io.mics.api.listen.HooksCommand;
import io.mics.api.replay.ReplayCommand;
import io.mics.lifecycle.Arguments;
import java.util.List;

/** The commands of {@code java -jar mics.jar} that are no server. */
public final class Commands {
    private Commands() {}

    /** Runs one; returns the exit code. */
    public static int run(Arguments.Command command) {
        return switch (command.name()) {
            case DEAD_LETTERS -> DeadLetterCommand.run(command.arguments());
            case HOOKS -> hooks(command.arguments());
            case CHAT -> ChatCommand.run(command.arguments());
        };
    }

    private static int hooks(List<String> arguments) {
        boolean replay = !arguments.isEmpty() && arguments.getFirst().equals("replay");
        return replay ? ReplayCommand.run(arguments.subList(1, arguments.size())) : HooksCommand.run(arguments);
    }
}
