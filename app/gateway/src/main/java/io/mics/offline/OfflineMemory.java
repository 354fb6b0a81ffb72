package io.mics.offline;

import io.mics.config.SettingsSection;

/**
 * What waits for absent users on the whole node; what one tenant's may take is a setting of the tenant.
 *
 * @param maxBytes bytes buffered; 0 is unlimited
 */
public record OfflineMemory(long maxBytes) {
    public static final SettingsSection<OfflineMemory> SECTION = SettingsSection.of(
            OfflineMemory.class,
            "offline",
            (s, reading) ->
                    new OfflineMemory(s.bytes("max-bytes", reading.heap() / 4, 0, Long.MAX_VALUE, reading.heap())));
}
