package io.mics.admin.command;

import io.mics.admin.terminal.Terminal;
import io.mics.config.KeySuggestion;
import java.io.PrintStream;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Says what is wrong with a command line, with the nearest name there is, and where to read more. */
record UsageErrors(PrintStream err) implements IParameterExceptionHandler {
    @Override
    public int handleParseException(ParameterException wrong, String[] arguments) {
        CommandLine command = wrong.getCommandLine();
        err.println(
                wrong instanceof UnmatchedArgumentException unmatched
                        ? unknown(command, unmatched.getUnmatched().getFirst())
                        : wrong.getMessage());
        err.println(command.getCommandSpec().qualifiedName() + " --help says how it is used");
        return Terminal.WRONG_USAGE;
    }

    private static String unknown(CommandLine command, String argument) {
        int equals = argument.indexOf('=');
        if (argument.startsWith("-") || equals > 0) {
            String name = equals > 0 ? argument.substring(0, equals) : argument;
            List<String> names = command.getCommandSpec().options().stream()
                    .filter(option -> !option.hidden())
                    .map(OptionSpec::longestName)
                    .toList();
            return "unknown option " + name + nearest(name.startsWith("-") ? name : "--" + name, names);
        }
        return command.getSubcommands().isEmpty()
                ? "not understood: " + argument + "; options are --name=value or name=value"
                : "unknown command " + argument
                        + nearest(argument, List.copyOf(command.getSubcommands().keySet()));
    }

    private static String nearest(String name, List<String> names) {
        String nearest = KeySuggestion.nearest(name, names);
        return nearest.isEmpty() ? "" : "; the nearest is " + nearest;
    }
}
