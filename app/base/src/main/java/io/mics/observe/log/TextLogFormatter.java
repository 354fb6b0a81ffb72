package io.mics.observe.log;

import io.mics.observe.Log;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.logging.Formatter;
import java.util.logging.LogRecord;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A line for a person at a terminal: time of day, level, event, {@code name=value} for each field, and who said it; an
 * exception's stack follows on lines of its own. Values that are not one plain word are quoted; what a terminal would
 * obey is escaped, whoever sent it.
 */
final class TextLogFormatter extends Formatter {
    private static final Pattern WORD = Pattern.compile("[\\p{Alnum}_./:@%+?&,;=~-]+");
    private static final String DIM = "2";

    private final boolean coloured;
    private final DateTimeFormatter time;

    /** Times in {@code zone}; {@code coloured} marks levels as terminals do. */
    TextLogFormatter(ZoneId zone, boolean coloured) {
        this.time = DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT).withZone(zone);
        this.coloured = coloured;
    }

    @Override
    public String format(LogRecord record) {
        LogSettings.Level level = LogSettings.Level.of(record.getLevel());
        StringBuilder line = new StringBuilder(128);
        line.append(time.format(record.getInstant())).append(' ');
        coloured(line, colour(level), String.format(Locale.ROOT, "%-5s", level.name()));
        line.append(' ');
        if (record instanceof Log.Line) {
            line.append(record.getMessage());
            fields(line, record.getParameters());
        } else {
            escaped(line, formatMessage(record));
        }
        line.append("  ");
        coloured(line, DIM, JsonLogFormatter.simpleName(record.getLoggerName()));
        line.append('\n');
        Throwable thrown = record.getThrown();
        if (thrown != null) {
            JsonLogFormatter.stack(thrown).lines().forEach(frame -> {
                line.append("    ");
                escaped(line, frame.replace("\t", "    "));
                line.append('\n');
            });
        }
        return line.toString();
    }

    private static void fields(StringBuilder line, @Nullable Object @Nullable [] fields) {
        if (fields == null) {
            return;
        }
        for (int i = 0; i < fields.length; i += 2) {
            line.append(' ').append(fields[i]).append('=');
            Object value = i + 1 < fields.length ? fields[i + 1] : null;
            if (value instanceof String text && WORD.matcher(text).matches()) {
                line.append(text);
            } else {
                LogValue.append(line, value);
            }
        }
    }

    private static void escaped(StringBuilder line, String text) {
        for (int i = 0; i < text.length(); i++) {
            LogValue.escaped(line, text, i);
        }
    }

    private static String colour(LogSettings.Level level) {
        return switch (level) {
            case ERROR -> "1;31";
            case WARN -> "33";
            case INFO -> "32";
            case DEBUG -> DIM;
        };
    }

    private void coloured(StringBuilder line, String colour, String text) {
        if (coloured) {
            line.append("\033[").append(colour).append('m').append(text).append("\033[0m");
        } else {
            line.append(text);
        }
    }
}
