package io.mics.admin.command;

import io.mics.admin.terminal.Terminal;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** A command that looks over the folder of a configuration. */
abstract class CheckupCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final Commands.Checkup checkup;

    @ParentCommand
    private ServerCommand server;

    @Option(
            names = "--config",
            paramLabel = "DIR",
            description = "holds mics.yaml, tenants.yaml and hooks.yaml (./config)")
    private Optional<Path> dir = Optional.empty();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    CheckupCommand(Terminal terminal, Commands.Checkup checkup) {
        this.terminal = terminal;
        this.checkup = checkup;
        this.server = new ServerCommand(terminal, checkup);
    }

    @Override
    public Integer call() {
        Path folder = ServerCommand.folder(spec.commandLine(), dir.or(server::dir));
        return checkup.run(folder, terminal.environment(), terminal.out());
    }
}
