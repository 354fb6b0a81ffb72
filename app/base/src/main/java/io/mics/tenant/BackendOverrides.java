package io.mics.tenant;

import io.mics.proto.hook.v1.TenantRuntimeConfig;
import java.net.URI;
import java.net.URISyntaxException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What a tenant's backend said in its newest successful {@code /auth} answer, laid over what is configured. The base
 * URL and the secret of {@code /auth} itself are never learned.
 */
final class BackendOverrides {
    private static final int DAY = 86_400;
    private static final int MANY = 1_000_000_000;
    private static final int LONGEST = 4_096;
    private static final int LAST_PORT = 65_535;

    private BackendOverrides() {}

    /** The first field with a value that cannot be used, and what is wrong with it: {@code "negative x"}. */
    static Optional<String> invalidField(TenantRuntimeConfig c) {
        return Stream.of(
                        number("heartbeat_timeout_seconds", c.getHeartbeatTimeoutSeconds(), 600),
                        number("offline_buffer_ttl_seconds", c.getOfflineBufferTtlSeconds(), 31 * DAY),
                        number("tenant_max_connections", c.getTenantMaxConnections(), MANY),
                        number("user_max_connections", c.getUserMaxConnections(), MANY),
                        number("tenant_max_message_qps", c.getTenantMaxMessageQps(), MANY),
                        number("hook_max_concurrency", c.getHookMaxConcurrency(), 1_000_000),
                        number("hook_queue_timeout_ms", c.getHookQueueTimeoutMs(), 60_000),
                        number("hook_breaker_failure_threshold", c.getHookBreakerFailureThreshold(), 1_000_000),
                        number("hook_breaker_open_ms", c.getHookBreakerOpenMs(), 1_000 * DAY),
                        length("tenant_secret", c.getTenantSecret()),
                        baseUrl(c.getHookBaseUrl()))
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static Optional<String> number(String field, int value, int most) {
        if (value < 0) {
            return Optional.of("negative " + field);
        }
        return value > most ? Optional.of(field + " over " + most) : Optional.empty();
    }

    private static Optional<String> length(String field, String value) {
        return value.length() > LONGEST ? Optional.of(field + " over " + LONGEST + " characters") : Optional.empty();
    }

    /** What is put behind it must be its path, and its path alone. */
    private static Optional<String> baseUrl(String url) {
        String field = "hook_base_url";
        if (url.isEmpty() || length(field, url).isPresent()) {
            return length(field, url);
        }
        try {
            URI uri = new URI(url);
            boolean http = "http".equals(uri.getScheme()) || "https".equals(uri.getScheme());
            boolean ascii = url.chars().allMatch(c -> c < 128);
            if (!http || uri.getHost() == null || uri.getPort() > LAST_PORT || !ascii) {
                return Optional.of(field + " that is no URL of http or https with a host name");
            }
            return uri.getRawQuery() != null || uri.getRawFragment() != null || uri.getRawUserInfo() != null
                    ? Optional.of(field + " with a query, a fragment or a user")
                    : Optional.empty();
        } catch (URISyntaxException e) {
            return Optional.of(field + " that is no URL of http or https with a host name");
        }
    }

    /** The effective settings. */
    static TenantSettings over(TenantSettings configured, TenantRuntimeConfig c) {
        return new TenantSettings(
                hooks(configured.hooks(), c),
                limits(configured.limits(), c),
                offline(configured.offline(), c),
                seconds(c.getHeartbeatTimeoutSeconds(), configured.heartbeat()),
                configured.slowConsumer(),
                configured.echoToSender(),
                configured.origins(),
                configured.maxContentLength(),
                configured.businessType(),
                configured.draftChanges(),
                configured.ids(),
                configured.failuresAsErrors(),
                configured.messages(),
                configured.durable());
    }

    private static BackendSettings hooks(BackendSettings h, TenantRuntimeConfig c) {
        return new BackendSettings(
                c.getHookBaseUrl().isEmpty() ? h.baseUrl() : withoutSlash(c.getHookBaseUrl()),
                h.authBaseUrl(),
                c.getTenantSecret().isEmpty() ? h.secret() : c.getTenantSecret(),
                h.authSecret(),
                h.timeout(),
                h.authTimeout(),
                c.hasHookMaxConcurrency() ? c.getHookMaxConcurrency() : h.maxConcurrency(),
                c.hasHookQueueTimeoutMs() ? Duration.ofMillis(c.getHookQueueTimeoutMs()) : h.queueTimeout(),
                h.onCheckFailure(),
                c.hasHookSignRequired() ? c.getHookSignRequired() : h.signRequired(),
                c.hasHookBreakerFailureThreshold() ? c.getHookBreakerFailureThreshold() : h.breakerFailures(),
                c.hasHookBreakerOpenMs() ? Duration.ofMillis(c.getHookBreakerOpenMs()) : h.breakerOpen());
    }

    private static LimitSettings limits(LimitSettings l, TenantRuntimeConfig c) {
        return new LimitSettings(
                given(c.getTenantMaxConnections(), l.connections()),
                given(c.getUserMaxConnections(), l.devicesPerUser()),
                given(c.getTenantMaxMessageQps(), l.messagesPerSecond()),
                l.concurrentSends(),
                l.concurrentFanouts());
    }

    private static OfflineSettings offline(OfflineSettings o, TenantRuntimeConfig c) {
        return new OfflineSettings(
                seconds(c.getOfflineBufferTtlSeconds(), o.ttl()),
                o.messagesPerUser(),
                o.bytesPerUser(),
                o.usersPerTenant(),
                c.hasOfflineUseHookPull() ? c.getOfflineUseHookPull() : o.useHookPull(),
                o.keepPulling());
    }

    /** Where each effective setting came from. */
    static Map<String, SettingSource> sources(Map<String, SettingSource> configured, TenantRuntimeConfig c) {
        Map<String, Boolean> given = new HashMap<>();
        given.put("hooks.base-url", !c.getHookBaseUrl().isEmpty());
        given.put("hooks.secret", !c.getTenantSecret().isEmpty());
        given.put("hooks.max-concurrency", c.hasHookMaxConcurrency());
        given.put("hooks.queue-timeout", c.hasHookQueueTimeoutMs());
        given.put("hooks.breaker-failures", c.hasHookBreakerFailureThreshold());
        given.put("hooks.breaker-open", c.hasHookBreakerOpenMs());
        given.put("hooks.sign-required", c.hasHookSignRequired());
        given.put("heartbeat", c.getHeartbeatTimeoutSeconds() > 0);
        given.put("offline.ttl", c.getOfflineBufferTtlSeconds() > 0);
        given.put("offline.use-hook-pull", c.hasOfflineUseHookPull());
        given.put("limits.connections", c.getTenantMaxConnections() > 0);
        given.put("limits.devices-per-user", c.getUserMaxConnections() > 0);
        given.put("limits.messages-per-second", c.getTenantMaxMessageQps() > 0);
        Map<String, SettingSource> sources = new HashMap<>(configured);
        given.forEach((key, learned) -> {
            if (learned) {
                sources.put(key, SettingSource.LEARNED);
            }
        });
        return Map.copyOf(sources);
    }

    private static int given(int learned, int configured) {
        return learned == 0 ? configured : learned;
    }

    private static Duration seconds(int learned, Duration configured) {
        return learned == 0 ? configured : Duration.ofSeconds(learned);
    }

    private static String withoutSlash(String url) {
        return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    }
}
