package io.mics.testing;

import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** What one class logs, as {@code event[name, value, …]}. */
public final class LogLines extends Handler implements AutoCloseable {
    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Logger logger;

    private LogLines(Logger logger) {
        this.logger = logger;
    }

    /** The lines of a class from now on. */
    public static LogLines of(String className) {
        Logger logger = Logger.getLogger(className);
        LogLines lines = new LogLines(logger);
        logger.addHandler(lines);
        return lines;
    }

    @Override
    public void publish(LogRecord line) {
        lines.add(line.getMessage() + Arrays.toString(line.getParameters()));
    }

    /** Those so far. */
    public List<String> lines() {
        return List.copyOf(lines);
    }

    /** Waits for a line that contains a text. */
    public void await(String text) {
        Await.until(text, () -> lines.stream().anyMatch(line -> line.contains(text)));
    }

    @Override
    public void flush() {}

    @Override
    public void close() {
        logger.removeHandler(this);
    }
}
