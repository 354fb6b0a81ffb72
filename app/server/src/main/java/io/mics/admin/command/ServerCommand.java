package io.mics.admin.command;

import io.mics.admin.terminal.Terminal;
import io.mics.lifecycle.Arguments;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The server's own command line; starting the server is not done here ({@link Arguments}). */
@Command(
        name = "java -jar mics.jar",
        header = "MICS, a multi-tenant instant-messaging gateway. Without a command it runs the server.",
        synopsisHeading = "%n",
        customSynopsis = {
            "  java -jar mics.jar [--config=DIR]     runs the server",
            "  java -jar mics.jar COMMAND [--name=value ...] [name=value ...]"
        },
        sortOptions = false,
        optionListHeading = "%n",
        commandListHeading = "%nCommands, each of which explains itself with COMMAND --help:%n",
        footer = {
            "",
            "With no tenant configured a playground opens on http://localhost:8080/ for this machine alone.",
            "SIGTERM drains and exits 0; a second SIGTERM ends at once."
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            " 0:done, or drained",
            "64:a command line that is not understood",
            "69:a server that is not there, or did not do what it was asked",
            "70:an error of the virtual machine",
            "78:a configuration that is wrong"
        })
final class ServerCommand implements Callable<Integer> {
    private final Terminal terminal;
    private final Commands.Checkup configuration;

    @Option(
            names = "--config",
            paramLabel = "DIR",
            description = "holds mics.yaml and tenants.yaml (./config if it exists, else built-in defaults)")
    private Optional<Path> dir = Optional.empty();

    @Option(names = "--check-config", description = "the same as the command check-config")
    private boolean checked;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    ServerCommand(Terminal terminal, Commands.Checkup configuration) {
        this.terminal = terminal;
        this.configuration = configuration;
    }

    /** The folder that was named before a command. */
    Optional<Path> dir() {
        return dir;
    }

    @Override
    public Integer call() {
        if (checked) {
            return configuration.run(folder(spec.commandLine(), dir), terminal.environment(), terminal.out());
        }
        spec.commandLine().usage(terminal.err());
        return Terminal.WRONG_USAGE;
    }

    /** The folder to read: the one that was named, which must exist, or the usual one. */
    static Path folder(CommandLine line, Optional<Path> named) {
        if (named.isEmpty()) {
            return Arguments.USUAL_FOLDER;
        }
        Arguments.problem(named.get()).ifPresent(problem -> {
            throw new ParameterException(line, problem);
        });
        return named.get();
    }
}
