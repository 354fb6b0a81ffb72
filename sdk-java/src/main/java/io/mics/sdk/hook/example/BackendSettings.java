package io.mics.sdk.hook.example;

import io.mics.proto.hook.v1.TenantRuntimeConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How an {@link ExampleBackend} behaves.
 *
 * @param port 0 picks a free one
 * @param secret for all tenants; empty accepts unsigned calls
 * @param groups members by group
 * @param delay how long each answer waits
 * @param failRate share of calls answered 500, from 0 to 1
 * @param denyWord messages whose body contains it are denied; empty denies none
 * @param config what successful {@code /auth} answers carry
 * @param events where events are read and kept; null reads none
 * @param tenants what is known of each tenant
 */
public record BackendSettings(
        int port,
        String secret,
        Map<String, List<String>> groups,
        Duration delay,
        double failRate,
        String denyWord,
        TenantRuntimeConfig config,
        @Nullable EventSettings events,
        TenantSettings tenants) {

    /**
     * Takes what is given.
     *
     * @throws IllegalArgumentException a port, delay or rate out of range
     */
    public BackendSettings {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port must be 0 to 65535, is " + port);
        }
        if (delay.isNegative()) {
            throw new IllegalArgumentException("HOOK_DELAY_MS must not be negative, is " + delay.toMillis());
        }
        if (!(failRate >= 0 && failRate <= 1)) {
            throw new IllegalArgumentException("HOOK_FAIL_RATE must be 0 to 1, is " + failRate);
        }
        groups = Map.copyOf(groups);
    }

    /** Without anything of a single tenant. */
    public BackendSettings(
            int port,
            String secret,
            Map<String, List<String>> groups,
            Duration delay,
            double failRate,
            String denyWord,
            TenantRuntimeConfig config,
            @Nullable EventSettings events) {
        this(port, secret, groups, delay, failRate, denyWord, config, events, TenantSettings.NONE);
    }

    /** Without events and with an empty config. */
    public BackendSettings(
            int port,
            String secret,
            Map<String, List<String>> groups,
            Duration delay,
            double failRate,
            String denyWord) {
        this(port, secret, groups, delay, failRate, denyWord, TenantRuntimeConfig.getDefaultInstance(), null);
    }

    /** A free port, this secret, no groups, prompt and friendly answers. */
    public static BackendSettings forTests(String secret) {
        return new BackendSettings(0, secret, Map.of(), Duration.ZERO, 0, "");
    }

    /**
     * From the environment, as {@code sdk-java/README.md} lists it; {@code --port N} beats {@code PORT}.
     *
     * @throws IllegalArgumentException a value that cannot be read, with the variable's name
     */
    public static BackendSettings from(List<String> args, Function<String, @Nullable String> environment) {
        EventSettings events = events(environment);
        return new BackendSettings(
                port(args, environment),
                text(environment, "HOOK_SECRET", ""),
                groups(text(environment, "HOOK_GROUP_MEMBERS", "{}")),
                Duration.ofMillis((long) number(environment, "HOOK_DELAY_MS", "0")),
                number(environment, "HOOK_FAIL_RATE", "0"),
                text(environment, "HOOK_DENY_WORD", ""),
                config(environment, events != null),
                events,
                TenantSettings.from(environment));
    }

    private static TenantRuntimeConfig config(Function<String, @Nullable String> environment, boolean withEvents) {
        TenantRuntimeConfig.Builder config =
                TenantRuntimeConfig.newBuilder().setTenantSecret(text(environment, "HOOK_TENANT_SECRET", ""));
        config.setHookBaseUrl(text(environment, "HOOK_BASE_URL", ""));
        count(environment, "HOOK_MAX_CONCURRENCY", config::setHookMaxConcurrency);
        count(environment, "HOOK_QUEUE_TIMEOUT_MS", config::setHookQueueTimeoutMs);
        count(environment, "HOOK_BREAKER_FAILURE_THRESHOLD", config::setHookBreakerFailureThreshold);
        count(environment, "HOOK_BREAKER_OPEN_MS", config::setHookBreakerOpenMs);
        String required = text(environment, "HOOK_SIGN_REQUIRED", "");
        if (!required.isEmpty()) {
            config.setHookSignRequired(Boolean.parseBoolean(required));
        }
        String older = text(environment, "OFFLINE_USE_HOOK_PULL", withEvents ? "true" : "");
        String pull = text(environment, "HOOK_OFFLINE_PULL", older).toLowerCase(Locale.ROOT);
        if (!List.of("true", "false", "").contains(pull)) {
            throw new IllegalArgumentException("HOOK_OFFLINE_PULL must be true or false, is \"" + pull + "\"");
        }
        return pull.isEmpty()
                ? config.build()
                : config.setOfflineUseHookPull(pull.equals("true")).build();
    }

    /** Sets what is given; the stand-in's variables are whole numbers. */
    private static void count(
            Function<String, @Nullable String> environment, String name, Function<Integer, ?> setting) {
        String given = text(environment, name, "");
        if (!given.isEmpty() && !given.matches("\\d{1,9}")) {
            throw new IllegalArgumentException(name + " must be a whole number, is \"" + given + "\"");
        }
        if (!given.isEmpty()) {
            Object unused = setting.apply(Integer.valueOf(given));
        }
    }

    private static @Nullable EventSettings events(Function<String, @Nullable String> environment) {
        String servers = text(environment, "KAFKA__BOOTSTRAP_SERVERS", "");
        return servers.isEmpty()
                ? null
                : new EventSettings(
                        servers,
                        Stream.of(text(environment, "HOOK_EVENT_TENANTS", "").split(",", -1))
                                .map(String::strip)
                                .filter(tenant -> !tenant.isEmpty())
                                .toList(),
                        text(environment, "HOOK_EVENT_TOPIC", "im-mics-{tenant}-event"),
                        text(environment, "HOOK_EVENT_GROUP", "mics-example-backend"),
                        Path.of(text(environment, "HOOK_STORE", "mics-example-store")));
    }

    private static int port(List<String> args, Function<String, @Nullable String> environment) {
        if (args.isEmpty()) {
            return (int) number(environment, "PORT", "8081");
        }
        if (args.size() != 2 || !args.get(0).equals("--port")) {
            throw new IllegalArgumentException("usage: ExampleBackend [--port N], not " + String.join(" ", args));
        }
        return (int) number(name -> args.get(1), "--port", "");
    }

    private static Map<String, List<String>> groups(String json) {
        try {
            return GroupsJson.read(json);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "HOOK_GROUP_MEMBERS must look like {\"group-1\":[\"u1\",\"u2\"]}: " + e.getMessage(), e);
        }
    }

    private static double number(Function<String, @Nullable String> environment, String name, String otherwise) {
        String value = text(environment, name, otherwise);
        try {
            return Double.parseDouble(value);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(name + " must be a number, is \"" + value + "\"", e);
        }
    }

    /** A variable; {@code otherwise} where it is missing or blank. */
    static String text(Function<String, @Nullable String> environment, String name, String otherwise) {
        String value = environment.apply(name);
        return value == null || value.isBlank() ? otherwise : value;
    }
}
