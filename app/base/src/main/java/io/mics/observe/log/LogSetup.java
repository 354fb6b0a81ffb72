package io.mics.observe.log;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStream;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogManager;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Where the process's log lines go: to stdout. Done first thing in {@code main}, before any logger is used. */
public final class LogSetup {
    private static final String MANAGER = "java.util.logging.manager";
    private static final String CONSOLE = "jdk.console";

    static {
        // only where nothing has logged yet; otherwise the JDK's manager stays
        if (System.getProperty(MANAGER) == null) {
            System.setProperty(MANAGER, SteadyLogManager.class.getName());
        }
    }

    /** Loggers are held here, since the JDK holds them weakly and forgets their levels with them. */
    private static final Logger OURS = Logger.getLogger("io.mics");

    /** Loggers of libraries that say more than an operator wants. */
    private static final List<Logger> QUIET = List.of(Logger.getLogger("io.helidon"), Logger.getLogger("io.grpc"));

    /** Libraries that repeat what the server itself says once: a broker that is away. */
    private static final List<Logger> SILENT = List.of(Logger.getLogger("org.apache.kafka"));

    /** What the server lets single loggers of libraries say, unless settings name them. */
    private static final Map<Logger, Level> USUAL = new ConcurrentHashMap<>();

    private static volatile @Nullable Installed installed;

    /**
     * What writes the lines.
     *
     * @param named the loggers that settings gave a level
     */
    private record Installed(String nodeId, StdoutHandler handler, boolean coloured, List<Logger> named) {
        Formatter formatter(LogSettings.Format format) {
            return switch (format) {
                case TEXT -> new TextLogFormatter(ZoneId.systemDefault(), coloured);
                case JSON -> new JsonLogFormatter(nodeId);
            };
        }
    }

    private LogSetup() {}

    /** Lines that were not written because there were too many of their kind. */
    public static long suppressed() {
        Installed now = installed;
        return now == null ? 0 : now.handler().suppressed();
    }

    /** Whether a person reads what is printed, on a terminal. */
    @SuppressWarnings("SystemConsoleNull") // not with that property
    static boolean isTerminal() {
        // JDK 22 to 24 have a console without a terminal, too, unless configured otherwise
        if (System.getProperty(CONSOLE) == null) {
            System.setProperty(CONSOLE, "java.base");
        }
        return System.console() != null;
    }

    /**
     * Replaces the root's handlers.
     *
     * @param nodeId the {@code node} of every line
     */
    public static void install(String nodeId, LogSettings settings) {
        boolean coloured = isTerminal() && System.getenv("NO_COLOR") == null;
        install(nodeId, settings, coloured, new FileOutputStream(FileDescriptor.out));
    }

    static Handler install(String nodeId, LogSettings settings, boolean coloured, OutputStream out) {
        silence();
        StdoutHandler handler = new StdoutHandler(out);
        handler.setLevel(Level.ALL);
        installed = new Installed(nodeId, handler, coloured, List.of());
        apply(settings);
        LogManager.getLogManager().getLogger("").addHandler(handler);
        SteadyLogManager.keepHandlers();
        Runtime.getRuntime().addShutdownHook(new Thread(handler::close, "log-close"));
        return handler;
    }

    /** From now on nothing is logged: for what is no server and says itself what there is to say. */
    public static void silence() {
        Logger root = LogManager.getLogManager().getLogger("");
        for (Handler before : root.getHandlers()) {
            root.removeHandler(before);
            before.close();
        }
    }

    /** Lets other settings hold; without effect where nothing was installed. Called by one thread at a time. */
    public static void apply(LogSettings settings) {
        Installed before = installed;
        if (before == null) {
            return;
        }
        before.named().forEach(logger -> logger.setLevel(USUAL.get(logger)));
        Level level = settings.level().jul();
        OURS.setLevel(level);
        LogManager.getLogManager().getLogger("").setLevel(atLeast(Level.INFO, level));
        QUIET.forEach(logger -> logger.setLevel(atLeast(Level.WARNING, level)));
        SILENT.forEach(logger -> logger.setLevel(Level.SEVERE));
        List<Logger> named = new ArrayList<>();
        settings.levels().forEach((name, own) -> {
            Logger logger = Logger.getLogger(name);
            logger.setLevel(own.jul());
            named.add(logger);
        });
        before.handler().setFormatter(before.formatter(settings.format()));
        installed = new Installed(before.nodeId(), before.handler(), before.coloured(), List.copyOf(named));
    }

    /** Lets a library's logger say nothing below {@code level}, unless settings name it, and once they no longer do. */
    public static void quiet(Logger library, Level level) {
        USUAL.put(library, level);
        Installed now = installed;
        if (now == null || !now.named().contains(library)) {
            library.setLevel(level);
        }
    }

    private static Level atLeast(Level least, Level level) {
        return level.intValue() > least.intValue() ? level : least;
    }
}
