package io.mics.admin.command;

import io.mics.admin.chat.ChatCommand;
import io.mics.admin.listen.ListenCommand;
import io.mics.admin.replay.ReplayCommand;
import io.mics.admin.terminal.Terminal;
import io.mics.lifecycle.Arguments;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.OptionSpec;

/** Everything that {@code java -jar mics.jar} does beside being a server. */
public final class Commands {
    private static final int HELP_WIDTH = 110;
    private static final String BOTH_WAYS =
            "%nOptions, which may be written --name=value, --name value or name=value:%n";

    private Commands() {}

    /** Looks a configuration over and what it names; lives where all of the server is known. */
    @FunctionalInterface
    public interface Checkup {
        /** Prints what it looked at to {@code out}; returns the exit code. */
        int run(Path dir, Map<String, String> environment, PrintStream out);
    }

    /**
     * Runs what {@code arguments} ask for; returns the exit code, 64 where they are not understood.
     *
     * @param configuration looks over the configuration alone
     * @param doctor        looks over what it names, too
     */
    public static int run(List<String> arguments, Terminal terminal, Checkup configuration, Checkup doctor) {
        CommandLine line = all(terminal, configuration, doctor);
        return line.execute(KeyValues.asOptions(line, helpAsOption(arguments)).toArray(String[]::new));
    }

    /** Takes {@code help chat} for {@code chat --help}. */
    private static List<String> helpAsOption(List<String> arguments) {
        if (arguments.isEmpty() || !arguments.getFirst().equals("help")) {
            return arguments;
        }
        List<String> words = new ArrayList<>(arguments.subList(1, arguments.size()));
        words.add("--help");
        return words;
    }

    private static CommandLine all(Terminal terminal, Checkup configuration, Checkup doctor) {
        CommandLine line = new CommandLine(new ServerCommand(terminal, configuration));
        line.getCommandSpec()
                .version("mics " + Arguments.version())
                .addOption(OptionSpec.builder("--version")
                        .versionHelp(true)
                        .description("prints the version")
                        .build())
                .addOption(OptionSpec.builder("-h", "--help")
                        .usageHelp(true)
                        .scopeType(CommandLine.ScopeType.INHERIT)
                        .description("says how it is used")
                        .build());
        line.addSubcommand("check-config", new CheckCommand(terminal, configuration))
                .addSubcommand("doctor", new DoctorCommand(terminal, doctor))
                .addSubcommand("chat", new ChatCommand(terminal))
                .addSubcommand("explain", new ExplainCommand(terminal))
                .addSubcommand("dead-letters", deadLetters(terminal))
                .addSubcommand("hooks", hooks(terminal));
        headings(line.getSubcommands());
        return line.setOut(writer(terminal.out()))
                .setErr(writer(terminal.err()))
                .setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF))
                .setExpandAtFiles(false)
                .setUsageHelpWidth(HELP_WIDTH)
                .setParameterExceptionHandler(new UsageErrors(terminal.err()));
    }

    private static void headings(Map<String, CommandLine> commands) {
        for (CommandLine command : commands.values()) {
            if (command.getSubcommands().isEmpty()) {
                command.getCommandSpec().usageMessage().optionListHeading(BOTH_WAYS);
            }
            headings(command.getSubcommands());
        }
    }

    private static CommandLine deadLetters(Terminal terminal) {
        return described(new GroupCommand(terminal), "Lists or replays what was given up: events, and calls of hooks.")
                .addSubcommand(
                        "list",
                        described(
                                new DeadLetterCommand(terminal, DeadLetterCommand.Action.LIST),
                                "Lists what was given up, as one JSON object."))
                .addSubcommand(
                        "replay",
                        described(
                                new DeadLetterCommand(terminal, DeadLetterCommand.Action.REPLAY),
                                "Sends once more what was given up; prints how much as one JSON object."));
    }

    private static CommandLine hooks(Terminal terminal) {
        return described(
                        new GroupCommand(terminal),
                        "Stands in for your hooks, or asks them once more what they were asked.")
                .addSubcommand("listen", new ListenCommand(terminal))
                .addSubcommand("replay", new ReplayCommand(terminal));
    }

    private static CommandLine described(Callable<Integer> command, String text) {
        CommandLine line = new CommandLine(command);
        line.getCommandSpec().usageMessage().description(text);
        return line;
    }

    private static PrintWriter writer(PrintStream to) {
        return new PrintWriter(to, true, Charset.defaultCharset());
    }
}
