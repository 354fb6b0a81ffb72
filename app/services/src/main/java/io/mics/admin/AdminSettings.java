package io.mics.admin;

import io.mics.config.EnvironmentName;
import io.mics.config.Section;
import io.mics.config.SettingsReading;
import io.mics.config.SettingsSection;

/**
 * Who may ask under {@code /internal}.
 *
 * @param adminToken    what they show; empty: tools on this machine, which show nothing
 * @param metricsPublic whether {@code /metrics} is on the public port, too
 */
public record AdminSettings(String adminToken, boolean metricsPublic) {
    public static final SettingsSection<AdminSettings> SECTION = SettingsSection.of(
            AdminSettings.class, "", AdminSettings::read, EnvironmentName.text("ADMIN_TOKEN", "admin-token"));

    private static AdminSettings read(Section s, SettingsReading reading) {
        return new AdminSettings(s.token("admin-token"), s.section("metrics").bool("public", true));
    }

    /** Secrets never reach a log. */
    @Override
    public String toString() {
        return adminToken.isEmpty() ? "AdminSettings[]" : "AdminSettings[***]";
    }
}
