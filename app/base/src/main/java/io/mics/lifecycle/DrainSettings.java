package io.mics.lifecycle;

import io.mics.config.EnvironmentName;
import io.mics.config.Section;
import io.mics.config.SettingsReading;
import io.mics.config.SettingsSection;
import java.time.Duration;

/**
 * The end of a node; a change takes effect at once.
 *
 * @param drainTimeout how long sessions have to leave at shutdown; zero closes them at once
 * @param drainMin     how long the ports are served at shutdown at least, sessions or not
 */
public record DrainSettings(Duration drainTimeout, Duration drainMin) {
    public static final SettingsSection<DrainSettings> SECTION = SettingsSection.of(
                    DrainSettings.class,
                    "",
                    DrainSettings::read,
                    EnvironmentName.seconds("DRAIN_TIMEOUT_SECONDS", "drain-timeout"),
                    EnvironmentName.seconds("DRAIN_MIN_SECONDS", "drain-min"))
            .live();

    private static DrainSettings read(Section s, SettingsReading reading) {
        Duration day = Duration.ofDays(1);
        return new DrainSettings(
                s.duration("drain-timeout", Duration.ofSeconds(10), Duration.ZERO, day),
                s.duration("drain-min", Duration.ZERO, Duration.ZERO, day));
    }
}
