package io.mics.admin.command;

import io.mics.admin.terminal.Terminal;
import picocli.CommandLine.Command;

/** {@code java -jar mics.jar check-config}: whether the configuration can be used. */
@Command(
        description = "Says everything that is wrong with the files and the environment.",
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {" 0:valid", "64:a command line that is not understood", "78:wrong"})
final class CheckCommand extends CheckupCommand {
    CheckCommand(Terminal terminal, Commands.Checkup checkup) {
        super(terminal, checkup);
    }
}
