package io.mics.node.settings;

import io.helidon.config.Config;
import io.mics.config.EnvironmentName;
import io.mics.config.Section;
import io.mics.config.SettingsSection;
import io.mics.observe.log.LogSettings;
import io.mics.observe.log.LogSettings.Level;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** Reads the section {@code log}; a change takes effect at once. */
public final class LogSection {
    public static final SettingsSection<LogSettings> SECTION = SettingsSection.of(
                    LogSettings.class,
                    "log",
                    (s, reading) -> read(s),
                    EnvironmentName.value("LOG_FORMAT", "log.format"),
                    EnvironmentName.value("LOG_LEVEL", "log.level"),
                    EnvironmentName.perName("LOG_LEVELS", "log.levels.*"))
            .live();

    private static final Pattern LOGGER = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*(\\.[A-Za-z_][A-Za-z0-9_]*){0,15}");
    private static final int MOST = 64;

    private LogSection() {}

    private static LogSettings read(Section s) {
        LogSettings usual = LogSettings.usual();
        return new LogSettings(
                s.choice("format", LogSettings.Format.class, usual.format()),
                level(s, "level", usual.level()),
                levels(s.section("levels")));
    }

    /** Those of the environment come after those of the file, and beat them. */
    private static Map<String, Level> levels(Section s) {
        Map<String, Level> levels = new LinkedHashMap<>();
        for (String key : s.names()) {
            String name = Config.Key.unescapeName(key);
            Level level = level(s, key, Level.INFO);
            if (!LOGGER.matcher(name).matches()) {
                s.reject(key, "is no name of a package or class");
            } else if (levels.put(name, level) == null && levels.size() == MOST + 1) {
                s.reject(key, "is one too many: there are " + MOST + " at most");
            }
        }
        return levels;
    }

    private static Level level(Section s, String key, Level fallback) {
        String text = s.string(key, fallback.name(), LogSection::isLevel, "is not one of ERROR, WARN, INFO, DEBUG");
        return Level.valueOf(text.toUpperCase(Locale.ROOT));
    }

    private static boolean isLevel(String text) {
        return Arrays.stream(Level.values()).anyMatch(level -> level.name().equalsIgnoreCase(text));
    }
}
