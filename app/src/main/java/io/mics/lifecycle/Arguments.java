package io.mics.lifecycle;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** What the command line asks for. */
public sealed interface Arguments {
    /** Run the server with the configuration in {@code dir}. */
    record Run(Path dir) implements Arguments {}

    /** Say what is wrong with the configuration in {@code dir}. */
    record Check(Path dir) implements Arguments {}

    /** Look over the configuration in {@code dir} and everything it names. */
    record Doctor(Path dir) implements Arguments {}

    /** Do one thing and exit. */
    record Command(Name name, List<String> arguments) implements Arguments {
        /** What there is to do, by the word that asks for it. */
        public enum Name {
            /** List or replay dead letters of a running node. */
            DEAD_LETTERS("dead-letters"),
            /** Stand in for somebody's hooks, or ask them once more what they were asked. */
            HOOKS("hooks"),
            /** Be a user of a tenant, in a terminal. */
            CHAT("chat");

            private final String word;

            Name(String word) {
                this.word = word;
            }
        }

        private static Optional<Arguments> parse(List<String> arguments) {
            return Arrays.stream(Name.values())
                    .filter(name -> !arguments.isEmpty() && arguments.getFirst().equals(name.word))
                    .findFirst()
                    .map(name -> new Command(name, arguments.subList(1, arguments.size())));
        }
    }

    /** Print something and exit. */
    record Say(String text, int exitCode) implements Arguments {
        /** Prints it, and ends the process. */
        public void andExit() {
            (exitCode == 0 ? System.out : System.err).println(text);
            System.exit(exitCode);
        }
    }

    /** The exit code for a command line nobody understands. */
    int WRONG_USAGE = 64;

    String HELP = """
        MICS, a multi-tenant instant-messaging gateway

          java -jar mics.jar [--config DIR]     run; DIR holds mics.yaml and tenants.yaml
                                                (default: ./config when it exists, else built-in defaults)
          java -jar mics.jar --check-config     say everything that is wrong with files and environment;
                                                exit 0 or 78
          java -jar mics.jar doctor             also look at Redis, Kafka, backends, hooks and limits, and say how
                                                to put right what is wrong; exit 0, 1 or 78
          java -jar mics.jar dead-letters       list or replay events that were given up; without more it says how
          java -jar mics.jar hooks listen       stand in for your hooks: print every call, say yes
          java -jar mics.jar hooks replay       make recorded calls once more, at another version of a hook, and say
                                                what it decides otherwise; without more it says how; exit 0, 1 or 64
          java -jar mics.jar chat               be a user of a tenant, line by line; chat --help says how
          java -jar mics.jar --version
          java -jar mics.jar --help

        With no tenant configured a playground opens on http://localhost:8080/ for this machine alone.
        SIGTERM drains and exits 0; a second SIGTERM ends at once.\
        """;

    /** Reads the command line. */
    static Arguments parse(String... arguments) {
        return Command.parse(List.of(arguments)).orElseGet(() -> ofServer(arguments));
    }

    private static Arguments ofServer(String... arguments) {
        Path dir = Path.of("config");
        boolean named = false;
        boolean check = false;
        boolean doctor = false;
        for (int i = 0; i < arguments.length; i++) {
            switch (arguments[i]) {
                case "--help", "-h" -> {
                    return new Say(HELP, 0);
                }
                case "--version" -> {
                    return new Say("mics " + version(), 0);
                }
                case "--check-config" -> check = true;
                case "doctor" -> doctor = true;
                case "--config" -> {
                    if (++i == arguments.length) {
                        return new Say("--config needs a directory", WRONG_USAGE);
                    }
                    dir = Path.of(arguments[i]);
                    named = true;
                }
                default -> {
                    return new Say("unknown argument " + arguments[i] + "\n\n" + HELP, WRONG_USAGE);
                }
            }
        }
        if (named && !Files.isDirectory(dir)) {
            return new Say("--config " + dir + " is not a directory", WRONG_USAGE);
        }
        if (doctor) {
            return new Doctor(dir);
        }
        return check ? new Check(dir) : new Run(dir);
    }

    /** The server's version, as its jar says it. */
    static String version() {
        String implementation = Arguments.class.getPackage().getImplementationVersion();
        return implementation == null ? "(not from a jar)" : implementation;
    }
}
