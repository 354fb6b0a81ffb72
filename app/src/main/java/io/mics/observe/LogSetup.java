package io.mics.observe;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Where the process's log lines go: as JSON to stdout. Done first thing in {@code main}, before any logger is used. */
public final class LogSetup {
    private static final String MANAGER = "java.util.logging.manager";

    static {
        // only where nothing has logged yet; otherwise the JDK's manager stays
        if (System.getProperty(MANAGER) == null) {
            System.setProperty(MANAGER, SteadyLogManager.class.getName());
        }
    }

    /** Loggers of libraries that say more than an operator wants; held, since the JDK holds loggers weakly. */
    private static final List<Logger> QUIET = List.of(Logger.getLogger("io.helidon"), Logger.getLogger("io.grpc"));

    /** Libraries that repeat what the server itself says once: a broker that is away. */
    private static final List<Logger> SILENT = List.of(Logger.getLogger("org.apache.kafka"));

    private static volatile @Nullable StdoutHandler installed;

    private LogSetup() {}

    /** Lines that were not written because there were too many of their kind. */
    public static long suppressed() {
        StdoutHandler handler = installed;
        return handler == null ? 0 : handler.suppressed();
    }

    /**
     * Replaces the root's handlers. Libraries are heard from WARNING on.
     *
     * @param nodeId the {@code node} of every line
     */
    public static void install(String nodeId) {
        install(nodeId, new FileOutputStream(FileDescriptor.out));
    }

    static Handler install(String nodeId, OutputStream out) {
        QUIET.forEach(logger -> logger.setLevel(Level.WARNING));
        SILENT.forEach(logger -> logger.setLevel(Level.SEVERE));
        Logger root = LogManager.getLogManager().getLogger("");
        for (Handler before : root.getHandlers()) {
            root.removeHandler(before);
            before.close();
        }
        StdoutHandler handler = new StdoutHandler(out);
        installed = handler;
        handler.setFormatter(new JsonLogFormatter(nodeId));
        handler.setLevel(Level.ALL);
        root.addHandler(handler);
        root.setLevel(Level.INFO);
        SteadyLogManager.keepHandlers();
        Runtime.getRuntime().addShutdownHook(new Thread(handler::close, "log-close"));
        return handler;
    }
}
