package io.mics.console;

import io.mics.config.EnvironmentName;
import io.mics.config.Section;
import io.mics.config.SettingsReading;
import io.mics.config.SettingsSection;
import io.mics.protocol.IdForm;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The built-in tenant for trying things out; a change takes effect at once, but for {@code publicAccess}.
 *
 * @param publicAccess listen on every address all the same
 * @param page         whether its page is under {@code /internal} too, for whatever tenants there are
 * @param groups       its groups and their members
 */
public record PlaygroundSettings(boolean publicAccess, boolean page, Map<String, List<String>> groups) {
    public static final SettingsSection<PlaygroundSettings> SECTION = SettingsSection.of(
                    PlaygroundSettings.class,
                    "playground",
                    PlaygroundSettings::read,
                    EnvironmentName.value("PLAYGROUND_PAGE", "playground.page"))
            .live((running, next) -> new PlaygroundSettings(running.publicAccess, next.page, next.groups));

    private static PlaygroundSettings read(Section s, SettingsReading reading) {
        boolean publicAccess = s.bool("public", false);
        boolean page = s.bool("page", false);
        Section groups = s.section("groups");
        Map<String, List<String>> members = new LinkedHashMap<>();
        for (String group : groups.names()) {
            members.put(
                    group,
                    groups.list(
                            group,
                            List.of(),
                            IdForm.OPEN::allows,
                            "holds what is no user id: 1 to 128 printable characters without |, no space at an end"));
        }
        return new PlaygroundSettings(publicAccess, page, Map.copyOf(members));
    }
}
