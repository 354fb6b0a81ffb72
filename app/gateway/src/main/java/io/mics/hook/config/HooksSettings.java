package io.mics.hook.config;

import io.mics.config.EnvironmentName;
import io.mics.config.Section;
import io.mics.config.SettingsReading;
import io.mics.config.SettingsSection;
import io.mics.event.kafka.KafkaEventSettings;
import io.mics.httpclient.HttpClientSettings;
import java.time.Duration;

/**
 * What hooks run from and what is recorded of them; the hooks themselves are in {@code hooks.yaml}.
 *
 * @param plugins         the folder of plugin jars, beside the configuration when relative
 * @param auditLog        the file that gets a JSON line per execution; empty is none
 * @param auditTopic      the topic that gets it, too; empty is none
 * @param record          the file that gets every call, redacted; empty is none
 * @param recordMaxBytes  how large that file grows before it is begun anew
 * @param explainEntries  messages and hook calls remembered of each tenant; 0 remembers nothing
 * @param http            the bounds of calls over HTTP
 * @param preSendDeadline all pre-send hooks of a message together, /check-message included; zero is each hook's own
 * @param warmUp          how long the start waits for connections to tenants' backends; zero makes none ahead
 */
public record HooksSettings(
        String plugins,
        String auditLog,
        String auditTopic,
        String record,
        long recordMaxBytes,
        int explainEntries,
        HttpClientSettings http,
        Duration preSendDeadline,
        Duration warmUp) {
    public static final SettingsSection<HooksSettings> SECTION = SettingsSection.of(
            HooksSettings.class,
            "hooks",
            HooksSettings::read,
            EnvironmentName.value("HOOK_ANSWER_BYTES", "hooks.answer-bytes"),
            EnvironmentName.value("HOOK_IDLE_CONNECTIONS_PER_TARGET", "hooks.idle-connections-per-target"),
            EnvironmentName.value("HOOK_IDLE_CONNECTIONS", "hooks.idle-connections"),
            EnvironmentName.value("HOOK_IDLE_TIME", "hooks.idle-time"),
            EnvironmentName.value("HOOK_WARM_UP", "hooks.warm-up"));

    private static final long LEAST_RECORD_BYTES = 4 << 10;

    private static HooksSettings read(Section s, SettingsReading reading) {
        KafkaEventSettings kafka = reading.get(KafkaEventSettings.SECTION);
        String topic = KafkaEventSettings.plainTopic(s, "audit-topic");
        if (!topic.isEmpty() && !kafka.isConfigured()) {
            s.reject("audit-topic", "needs kafka.bootstrap-servers");
        } else if (kafka.isTaken(topic)) {
            s.reject("audit-topic", "is a topic of kafka.topic or kafka.hook-topics, or of their dead letters");
        }
        String audit = s.string("audit-log", "");
        String record = s.string("record", "");
        if (!record.isEmpty() && record.equals(audit)) {
            s.reject("record", "is the file of hooks.audit-log");
        }
        return new HooksSettings(
                s.string("plugins", "plugins"),
                audit,
                topic,
                record,
                s.bytes("record-max-bytes", 64L << 20, LEAST_RECORD_BYTES, Long.MAX_VALUE, reading.heap()),
                s.integer("explain-entries", 4_096, 0, 1 << 20),
                http(s, reading.heap()),
                s.duration("pre-send-deadline", Duration.ofSeconds(3), Duration.ZERO, Duration.ofMinutes(10)),
                s.duration("warm-up", Duration.ofSeconds(1), Duration.ZERO, Duration.ofMinutes(1)));
    }

    private static HttpClientSettings http(Section s, long heap) {
        HttpClientSettings defaults = HttpClientSettings.defaults(heap);
        return new HttpClientSettings(
                s.bytes("answer-bytes", defaults.answerBytes(), 0, Long.MAX_VALUE, heap),
                s.integer("idle-connections-per-target", defaults.idlePerTarget(), 0, 1_000_000),
                s.integer("idle-connections", defaults.idleInAll(), 0, 1_000_000),
                s.duration("idle-time", defaults.idleTime(), Duration.ZERO, Duration.ofDays(1)));
    }
}
