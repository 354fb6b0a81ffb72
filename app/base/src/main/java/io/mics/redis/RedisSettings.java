package io.mics.redis;

import io.mics.config.EnvironmentName;
import io.mics.config.Section;
import io.mics.config.SettingsReading;
import io.mics.config.SettingsSection;
import java.time.Duration;

/**
 * The Redis of the directory.
 *
 * @param uri            where it is; empty keeps the directory in memory
 * @param commandTimeout what one command may take until Redis counts as away
 */
public record RedisSettings(String uri, Duration commandTimeout) {
    public static final SettingsSection<RedisSettings> SECTION = SettingsSection.of(
            RedisSettings.class, "redis", RedisSettings::read, EnvironmentName.text("REDIS__CONNECTION", "redis.uri"));

    /** What links to other nodes, and messages for those that do not answer, need, in percent of what may grow. */
    private static final int CLUSTER_PERCENT = 15;

    private static RedisSettings read(Section s, SettingsReading reading) {
        String uri = s.string("uri", "");
        if (!uri.isEmpty() && RedisAddress.parse(uri) instanceof RedisAddress.Parsed.Invalid invalid) {
            s.reject("uri", invalid.what());
        }
        reading.setApart(uri.isEmpty() ? 0 : CLUSTER_PERCENT);
        return new RedisSettings(
                uri, s.duration("command-timeout", Duration.ofMillis(250), Duration.ofMillis(1), Duration.ofDays(1)));
    }

    /** Whether there is one. */
    public boolean isConfigured() {
        return !uri.isEmpty();
    }

    /** The address may hold a password. */
    @Override
    public String toString() {
        return uri.isEmpty() ? "RedisSettings[]" : "RedisSettings[***, commandTimeout=" + commandTimeout + "]";
    }
}
