package io.mics.admin.command;

import io.mics.admin.Terminal;
import io.mics.config.ConfigCheck;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** {@code java -jar mics.jar check-config}: whether the configuration can be used. */
@Command(
        description = "Says everything that is wrong with the files and the environment.",
        sortOptions = false,
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {" 0:valid", "64:a command line that is not understood", "78:wrong"})
final class CheckCommand implements Callable<Integer> {
    private final Terminal terminal;

    @ParentCommand
    private ServerCommand server;

    @Option(
            names = "--config",
            paramLabel = "DIR",
            description = "holds mics.yaml, tenants.yaml and hooks.yaml (./config)")
    private Optional<Path> dir = Optional.empty();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    CheckCommand(Terminal terminal) {
        this.terminal = terminal;
        this.server = new ServerCommand(terminal);
    }

    @Override
    public Integer call() {
        return check(ServerCommand.folder(spec.commandLine(), dir.or(server::dir)), terminal);
    }

    static int check(Path dir, Terminal terminal) {
        return ConfigCheck.run(dir, terminal.environment(), terminal.out());
    }
}
