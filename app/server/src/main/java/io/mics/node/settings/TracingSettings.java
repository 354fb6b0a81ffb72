package io.mics.node.settings;

import io.mics.config.SettingsSection;
import java.util.regex.Pattern;

/**
 * Where spans go.
 *
 * @param endpoint the base URL of a collector that takes OTLP over HTTP; empty sends none
 * @param share    of the traces that are sent, 0 to 1
 */
public record TracingSettings(String endpoint, double share) {
    private static final Pattern COLLECTOR = Pattern.compile("https?://[A-Za-z0-9_.\\[\\]:-]+");

    public static final SettingsSection<TracingSettings> SECTION = SettingsSection.of(
            TracingSettings.class,
            "tracing",
            (s, reading) -> new TracingSettings(
                    s.string(
                            "endpoint",
                            "",
                            url -> url.isEmpty() || COLLECTOR.matcher(url).matches(),
                            "is not http(s)://host:port"),
                    s.decimal("share", 1, 0, 1)));
}
