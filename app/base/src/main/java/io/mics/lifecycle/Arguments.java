package io.mics.lifecycle;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What the command line asks for: to run the server, which needs nothing but a folder and is read here, or anything
 * else, which is read by whoever reads commands.
 */
public sealed interface Arguments {
    /** Run the server with the configuration in {@code dir}. */
    record Run(Path dir) implements Arguments {}

    /** Do one thing and exit. */
    record Command(List<String> words) implements Arguments {}

    /** Say what is wrong and exit. */
    record Wrong(String problem) implements Arguments {}

    /** The exit code for a command line nobody understands. */
    int WRONG_USAGE = 64;

    /** Where the configuration is when no folder is named. */
    Path USUAL_FOLDER = Path.of("config");

    /** Reads the command line. */
    static Arguments parse(String... arguments) {
        List<String> words = List.of(arguments);
        Optional<Path> dir = folder(words);
        if (!words.isEmpty() && dir.isEmpty()) {
            return new Command(words);
        }
        Optional<String> problem = dir.flatMap(Arguments::problem);
        return problem.isPresent() ? new Wrong(problem.get()) : new Run(dir.orElse(USUAL_FOLDER));
    }

    /** The folder, where the words name one and say nothing else. */
    private static Optional<Path> folder(List<String> words) {
        if (words.size() == 2 && words.getFirst().equals("--config")) {
            return Optional.of(Path.of(words.getLast()));
        }
        if (words.size() == 1) {
            String word = words.getFirst();
            String value = word.substring(word.indexOf('=') + 1);
            return word.startsWith("--config=") || word.startsWith("config=")
                    ? Optional.of(Path.of(value))
                    : Optional.empty();
        }
        return Optional.empty();
    }

    /** What is wrong with a folder that was named. */
    static Optional<String> problem(Path dir) {
        return Files.isDirectory(dir) ? Optional.empty() : Optional.of("--config " + dir + " is not a directory");
    }

    /** The server's version, as its jar says it. */
    static String version() {
        String implementation = Arguments.class.getPackage().getImplementationVersion();
        return implementation == null ? "(not from a jar)" : implementation;
    }
}
