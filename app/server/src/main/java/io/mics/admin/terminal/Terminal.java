package io.mics.admin.terminal;

import java.io.InputStream;
import java.io.PrintStream;
import java.util.Map;

/** What a command reads and writes. */
public record Terminal(InputStream in, PrintStream out, PrintStream err, Map<String, String> environment) {
    /** The exit code for a command line that is not understood. */
    public static final int WRONG_USAGE = 64;

    /** The exit code where a server did not do what it was asked, or was not there. */
    public static final int UNAVAILABLE = 69;

    /** Takes a copy of the environment. */
    public Terminal {
        environment = Map.copyOf(environment);
    }

    /** That of this process. */
    public static Terminal ofProcess() {
        return new Terminal(System.in, System.out, System.err, System.getenv());
    }

    /** The environment may have passwords. */
    @Override
    public String toString() {
        return "Terminal";
    }
}
