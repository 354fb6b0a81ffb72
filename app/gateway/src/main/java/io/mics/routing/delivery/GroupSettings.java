package io.mics.routing.delivery;

import io.mics.config.EnvironmentName;
import io.mics.config.Section;
import io.mics.config.SettingsReading;
import io.mics.config.SettingsSection;

/**
 * Group messages; a change takes effect at once.
 *
 * @param routeChunkSize  members looked up at one time; 0 looks all up at once
 * @param maxMembers      members of one group; 0 is unlimited
 * @param offlineMaxUsers absent members something is buffered for, per message; 0 buffers nothing for groups
 * @param fanoutWidth     chunks of one message in flight; 0 is unlimited
 * @param listBytes       bytes of the member lists in memory; 0 is unlimited
 * @param tenantListBytes bytes of those of one tenant; 0 is unlimited
 */
public record GroupSettings(
        int routeChunkSize,
        int maxMembers,
        int offlineMaxUsers,
        int fanoutWidth,
        long listBytes,
        long tenantListBytes) {
    public static final SettingsSection<GroupSettings> SECTION = SettingsSection.of(
                    GroupSettings.class,
                    "group",
                    GroupSettings::read,
                    EnvironmentName.value("GROUP_ROUTE_CHUNK_SIZE", "group.route-chunk-size"),
                    EnvironmentName.value("GROUP_MEMBERS_MAX_USERS", "group.max-members"),
                    EnvironmentName.value("GROUP_OFFLINE_BUFFER_MAX_USERS", "group.offline-max-users"))
            .live();

    private static GroupSettings read(Section s, SettingsReading reading) {
        long heap = reading.heap();
        return new GroupSettings(
                s.integer("route-chunk-size", 256, 0, 1_000_000),
                s.integer("max-members", 200_000, 0, Integer.MAX_VALUE),
                s.integer("offline-max-users", 1_024, 0, Integer.MAX_VALUE),
                s.integer("fanout-width", 8, 0, 10_000),
                s.bytes("list-bytes", heap / 10, 0, Long.MAX_VALUE, heap),
                s.bytes("tenant-list-bytes", heap / 20, 0, Long.MAX_VALUE, heap));
    }
}
