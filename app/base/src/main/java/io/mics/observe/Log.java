package io.mics.observe;

import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Structured log lines: an event and its fields. An event is a name in snake_case; a value is a text, a number, a flag
 * or a constant, or a list or map of them, and never something's {@code toString}; {@code LogCallsTest} reads every
 * call. Never given a message body or a token.
 */
public final class Log {
    private final Logger logger;

    private Log(Logger logger) {
        this.logger = logger;
    }

    /** The log of one class. */
    public static Log of(Class<?> owner) {
        return new Log(Logger.getLogger(owner.getName()));
    }

    /** Something worth knowing happened; {@code fields} are names and values in turn. */
    public void info(String event, @Nullable Object... fields) {
        write(Level.INFO, event, null, fields);
    }

    /** Something went wrong and was dealt with. */
    public void warn(String event, @Nullable Object... fields) {
        write(Level.WARNING, event, null, fields);
    }

    /** A defect of ours, or a loss. */
    public void error(String event, @Nullable Throwable cause, @Nullable Object... fields) {
        write(Level.SEVERE, event, cause, fields);
    }

    /** For a developer looking closely; off by default. */
    public void debug(String event, @Nullable Object... fields) {
        write(Level.FINE, event, null, fields);
    }

    /** Whether {@link #debug} writes anything. */
    public boolean isDebug() {
        return logger.isLoggable(Level.FINE);
    }

    private void write(Level level, String event, @Nullable Throwable cause, @Nullable Object... fields) {
        if (!logger.isLoggable(level)) {
            return;
        }
        LogRecord record = new Line(level, event);
        record.setLoggerName(logger.getName());
        record.setParameters(fields);
        record.setThrown(cause);
        logger.log(record);
    }

    /** A record whose parameters are fields, not arguments of its message. */
    public static final class Line extends LogRecord {
        private static final long serialVersionUID = 1;

        public Line(Level level, String event) {
            super(level, event);
        }
    }
}
