package io.mics.observe.log;

import java.util.Map;

/**
 * What is logged, and how it is written.
 *
 * @param format how a line is written
 * @param level  the least severe level of this server's own lines; libraries log from WARN on
 * @param levels the same of single packages or classes, libraries' too, by name; what is below a name has its level
 */
public record LogSettings(Format format, Level level, Map<String, Level> levels) {
    /** How a line is written. */
    public enum Format {
        /** For a person: time, level, event and fields. */
        TEXT,
        /** For a machine: one JSON object. */
        JSON
    }

    /** How severe a line is, or more. */
    public enum Level {
        /** A defect of ours, or a loss. */
        ERROR(java.util.logging.Level.SEVERE),
        /** Something went wrong and was dealt with. */
        WARN(java.util.logging.Level.WARNING),
        /** Something worth knowing happened. */
        INFO(java.util.logging.Level.INFO),
        /** For a developer looking closely. */
        DEBUG(java.util.logging.Level.FINE);

        private final java.util.logging.Level jul;

        Level(java.util.logging.Level jul) {
            this.jul = jul;
        }

        java.util.logging.Level jul() {
            return jul;
        }

        /** The level a line of the JDK's logging has here. */
        static Level of(java.util.logging.Level jul) {
            for (Level level : values()) {
                if (jul.intValue() >= level.jul.intValue()) {
                    return level;
                }
            }
            return DEBUG;
        }
    }

    /** Takes a copy. */
    public LogSettings {
        levels = Map.copyOf(levels);
    }

    /** Text for a person at a terminal, JSON for whoever collects the lines; nothing below INFO. */
    public static LogSettings usual() {
        return new LogSettings(LogSetup.isTerminal() ? Format.TEXT : Format.JSON, Level.INFO, Map.of());
    }
}
