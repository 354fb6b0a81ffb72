package io.mics.tenant;

import io.mics.config.EnvironmentName;
import io.mics.config.Section;
import io.mics.protocol.IdForm;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads a tenant's settings, and the defaults of all tenants, which have the same keys. */
public final class TenantReader {
    /** The tenant of the playground; nobody else may be called so. */
    public static final String PLAYGROUND = "playground";

    /** The durable tenant of the playground; nobody else may be called so. */
    public static final String PLAYGROUND_DURABLE = "playground-durable";

    /** The environment names that beat settings of all tenants, or of some. */
    public static final List<EnvironmentName> ENVIRONMENT = List.of(
            EnvironmentName.value("HOOK_SIGN_REQUIRED", "defaults.hooks.sign-required"),
            EnvironmentName.value("HOOK_MAX_CONCURRENCY", "defaults.hooks.max-concurrency"),
            EnvironmentName.milliseconds("HOOK_QUEUE_TIMEOUT_MS", "defaults.hooks.queue-timeout"),
            EnvironmentName.value("HOOK_BREAKER_FAILURE_THRESHOLD", "defaults.hooks.breaker-failures"),
            EnvironmentName.milliseconds("HOOK_BREAKER_OPEN_MS", "defaults.hooks.breaker-open"),
            EnvironmentName.milliseconds("HOOK_TIMEOUT_MS", "defaults.hooks.timeout"),
            EnvironmentName.milliseconds("AUTH_TIMEOUT_MS", "defaults.hooks.auth-timeout"),
            EnvironmentName.value("OFFLINE_BUFFER_MAX_MESSAGES_PER_USER", "defaults.offline.messages-per-user"),
            EnvironmentName.value("OFFLINE_BUFFER_MAX_BYTES_PER_USER", "defaults.offline.bytes-per-user"),
            EnvironmentName.value("OFFLINE_BUFFER_MAX_USERS_PER_TENANT", "defaults.offline.users-per-tenant"),
            EnvironmentName.perName("TENANT_AUTH_MAP", "tenants.*.hooks.base-url"),
            EnvironmentName.perName("TENANT_HOOK_SECRETS", "tenants.*.hooks.secret"),
            EnvironmentName.perName("TENANT_HOOK_MAX_CONCURRENCY", "tenants.*.hooks.max-concurrency"));

    private static final Duration DAY = Duration.ofDays(1);
    private static final Duration MONTH = Duration.ofDays(31);

    private TenantReader() {}

    /** Every tenant of {@code file}, its settings over {@code defaults}. */
    public static List<TenantConfig> tenants(Section file, TenantSettings defaults) {
        List<TenantConfig> tenants = new ArrayList<>();
        Section all = file.section("tenants");
        Set<String> inFile = Set.copyOf(all.namesInFile());
        for (String id : all.names()) {
            if (!TenantConfig.isId(id)) {
                all.section(id);
                all.reject(id, "a tenant id is 1 to 64 of A-Z a-z 0-9 _ -");
            } else if (id.equals(PLAYGROUND) || id.equals(PLAYGROUND_DURABLE)) {
                all.section(id);
                all.reject(id, "is the name of a built-in playground tenant");
            } else if (!inFile.contains(id) && !all.section(id).section("hooks").given("base-url")) {
                all.section(id)
                        .section("hooks")
                        .names()
                        .forEach(name -> all.section(id)
                                .section("hooks")
                                .reject(name, "is for a tenant that neither tenants.yaml nor TENANT_AUTH_MAP has"));
            } else {
                Section section = all.section(id);
                TenantSettings settings = settings(section, defaults);
                tenants.add(new TenantConfig(id, settings, sources(section)));
            }
        }
        return List.copyOf(tenants);
    }

    /** One tenant's settings over {@code defaults}. */
    public static TenantSettings settings(Section section, TenantSettings defaults) {
        return new TenantSettings(
                hooks(section.section("hooks"), defaults.hooks()),
                limits(section.section("limits"), defaults.limits()),
                offline(section.section("offline"), defaults.offline()),
                section.duration("heartbeat", defaults.heartbeat(), Duration.ofMillis(100), DAY),
                section.choice("slow-consumer", TenantSettings.SlowConsumer.class, defaults.slowConsumer()),
                section.bool("echo-to-sender", defaults.echoToSender()),
                section.list(
                        "origins", defaults.origins(), TenantReader::isOrigin, "holds what is not like https://host"),
                section.integer("max-content-length", defaults.maxContentLength(), 0, Integer.MAX_VALUE),
                section.string(
                        "business-type",
                        defaults.businessType(),
                        text -> text.length() <= 64,
                        "is longer than 64 characters"),
                section.choices("draft-changes", DraftField.class, defaults.draftChanges()),
                section.choice("ids", IdForm.class, defaults.ids()),
                section.section("json").bool("ack-failures-as-error", defaults.failuresAsErrors()),
                section.choice("messages", TenantSettings.Messages.class, defaults.messages()),
                durable(section.section("durable"), defaults.durable()));
    }

    private static DurableSettings durable(Section s, DurableSettings d) {
        Section retention = s.section("retention");
        return new DurableSettings(
                s.choice("ack", DurableSettings.Ack.class, d.ack()),
                s.duration("append-timeout", d.appendTimeout(), Duration.ofMillis(100), Duration.ofMinutes(1)),
                s.duration("recall-window", d.recallWindow(), Duration.ZERO, MONTH),
                s.duration("edit-window", d.editWindow(), Duration.ZERO, MONTH),
                s.choice("groups", DurableSettings.Groups.class, d.groups()),
                Set.copyOf(s.list(
                        "world-senders",
                        List.copyOf(d.worldSenders()),
                        IdForm.OPEN::allows,
                        "holds what is no user id")),
                s.integer("small-group", d.smallGroup(), 1, 100_000),
                s.integer("notify-only-above", d.notifyOnlyAbove(), 1, Integer.MAX_VALUE),
                retention.duration("age", d.retentionAge(), Duration.ZERO, Duration.ofDays(36_500)),
                retention.integer("messages-per-conversation", d.retentionCount(), 0, Integer.MAX_VALUE),
                s.choice("wal", DurableSettings.Wal.class, d.wal()));
    }

    private static BackendSettings hooks(Section s, BackendSettings d) {
        String url = withoutSlash(
                s.string("base-url", d.baseUrl(), TenantReader::isUrl, "is not an http:// or https:// URL"));
        String secret = s.string("secret", d.secret());
        Duration ms = Duration.ofMillis(1);
        return new BackendSettings(
                url,
                url,
                secret,
                secret,
                s.duration("timeout", d.timeout(), ms, DAY),
                s.duration("auth-timeout", d.authTimeout(), Duration.ZERO, DAY),
                s.integer("max-concurrency", d.maxConcurrency(), 0, 1_000_000),
                s.duration("queue-timeout", d.queueTimeout(), Duration.ZERO, DAY),
                s.choice("on-check-failure", BackendSettings.OnFailure.class, d.onCheckFailure()),
                s.bool("sign-required", d.signRequired()),
                s.integer("breaker-failures", d.breakerFailures(), 0, 1_000_000),
                s.duration("breaker-open", d.breakerOpen(), Duration.ZERO, DAY));
    }

    private static LimitSettings limits(Section s, LimitSettings d) {
        return new LimitSettings(
                s.integer("connections", d.connections(), 0, Integer.MAX_VALUE),
                s.integer("devices-per-user", d.devicesPerUser(), 0, Integer.MAX_VALUE),
                s.integer("messages-per-second", d.messagesPerSecond(), 0, 1_000_000_000),
                s.integer("concurrent-sends", d.concurrentSends(), 0, 1_000_000),
                s.integer("concurrent-fanouts", d.concurrentFanouts(), 0, 1_000_000));
    }

    private static OfflineSettings offline(Section s, OfflineSettings d) {
        return new OfflineSettings(
                s.duration("ttl", d.ttl(), Duration.ZERO, MONTH),
                s.integer("messages-per-user", d.messagesPerUser(), 0, Integer.MAX_VALUE),
                s.bytes(
                        "bytes-per-user",
                        d.bytesPerUser(),
                        0,
                        Long.MAX_VALUE,
                        Runtime.getRuntime().maxMemory()),
                s.integer("users-per-tenant", d.usersPerTenant(), 0, Integer.MAX_VALUE),
                s.bool("use-hook-pull", d.useHookPull()),
                s.bool("keep-pulling", d.keepPulling()));
    }

    private static Map<String, SettingSource> sources(Section section) {
        Map<String, SettingSource> sources = new HashMap<>();
        section.origins()
                .forEach((key, origin) -> sources.put(
                        key,
                        switch (origin) {
                            case FILE -> SettingSource.TENANTS_YAML;
                            case ENVIRONMENT -> SettingSource.ENVIRONMENT;
                            case DEFAULT -> SettingSource.DEFAULTS;
                        }));
        return sources;
    }

    private static boolean isUrl(String text) {
        if (text.isEmpty()) {
            return true;
        }
        try {
            URI uri = URI.create(text);
            return uri.getHost() != null && ("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()));
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean isOrigin(String text) {
        return !text.isEmpty() && isUrl(text) && text.indexOf("/", 8) < 0;
    }

    private static String withoutSlash(String url) {
        return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    }
}
