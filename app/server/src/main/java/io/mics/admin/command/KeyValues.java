package io.mics.admin.command;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine;
import picocli.CommandLine.Model.OptionSpec;

/** Takes {@code tenant=t1} for {@code --tenant=t1}: each option may be written in both forms, up to a {@code --}. */
final class KeyValues {
    private static final Pattern KEY_VALUE = Pattern.compile("([a-z][a-z-]*)=.*", Pattern.DOTALL);
    private static final String END_OF_OPTIONS = "--";

    private KeyValues() {}

    /** The same arguments, those that name an option of their command written as options. */
    static List<String> asOptions(CommandLine line, List<String> arguments) {
        List<String> all = new ArrayList<>();
        CommandLine command = line;
        boolean isValue = false;
        boolean onlyTexts = false;
        for (String argument : arguments) {
            CommandLine named = command.getSubcommands().get(argument);
            if (isValue || onlyTexts) {
                all.add(argument);
                isValue = false;
            } else if (named != null) {
                command = named;
                all.add(argument);
            } else {
                onlyTexts = argument.equals(END_OF_OPTIONS);
                isValue = wantsValue(command, argument);
                all.add(isOption(command, argument) ? "--" + argument : argument);
            }
        }
        return all;
    }

    private static boolean isOption(CommandLine command, String argument) {
        Matcher keyValue = KEY_VALUE.matcher(argument);
        return keyValue.matches() && command.getCommandSpec().findOption("--" + keyValue.group(1)) != null;
    }

    private static boolean wantsValue(CommandLine command, String argument) {
        OptionSpec option = argument.startsWith("-") ? command.getCommandSpec().findOption(argument) : null;
        return option != null && option.arity().min() > 0;
    }
}
