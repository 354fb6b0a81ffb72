package io.mics.config;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Every environment name the server reads, and the YAML key it stands for. */
public final class EnvironmentNames {
    /** Accepted from older deployments; changes nothing. */
    private static final Pattern WITHOUT_EFFECT = Pattern.compile("KAFKA_IDLE_DELAY_MS|DEDUP_MODE"
            + "|LOCAL_ROUTE_CACHE_SIZE_BYTES|KAFKA_DLQ_FALLBACK_\\w+|ADMISSION_UNREGISTER_RETRY_\\w+");

    /** Whether a variable is one of older deployments that changes nothing. */
    static boolean isWithoutEffect(String name) {
        return WITHOUT_EFFECT.matcher(name.toUpperCase(Locale.ROOT)).matches();
    }

    /** How an environment value is written. */
    public enum Form {
        /** As it is; empty counts as given. */
        TEXT,
        /** A number, a time or a flag; empty counts as not given. */
        VALUE,
        /** A JSON object from name (a tenant id, a package) to value; the {@code *} of its key stands for the name. */
        PER_NAME
    }

    /**
     * One name.
     *
     * @param name the environment name
     * @param key  the YAML key it beats
     * @param form how its value is written
     * @param unit what a plain number counts
     */
    public record Name(String name, String key, Form form, Unit unit) {}

    public static final List<Name> ALL = List.of(
            value("PORT", "port"),
            text("NODE_ID", "node-id"),
            text("PUBLIC_ENDPOINT", "public-endpoint"),
            value("GRPC_PORT", "grpc-port"),
            value("INTERNAL_PORT", "internal-port"),
            text("ADMIN_TOKEN", "admin-token"),
            text("REDIS__CONNECTION", "redis.uri"),
            text("KAFKA__BOOTSTRAP_SERVERS", "kafka.bootstrap-servers"),
            text("KAFKA_SECURITY_PROTOCOL", "kafka.security.protocol"),
            text("KAFKA_SASL_MECHANISM", "kafka.security.sasl-mechanism"),
            text("KAFKA_SASL_USERNAME", "kafka.security.username"),
            text("KAFKA_SASL_PASSWORD", "kafka.security.password"),
            text("KAFKA_SSL_TRUST", "kafka.security.trust"),
            text("KAFKA_SSL_CERTIFICATE", "kafka.security.certificate"),
            text("KAFKA_SSL_KEY", "kafka.security.key"),
            value("KAFKA_MAX_ATTEMPTS", "kafka.max-attempts"),
            value("KAFKA_QUEUE_CAPACITY", "kafka.queue-capacity"),
            value("KAFKA_MAX_PENDING_PER_TENANT", "kafka.max-pending-per-tenant"),
            milliseconds("KAFKA_RETRY_BACKOFF_MS", "kafka.retry-backoff"),
            text("CLUSTER_GRPC_TOKEN", "cluster.token"),
            value("GRPC_BREAKER_FAILURE_THRESHOLD", "cluster.breaker-failures"),
            milliseconds("GRPC_BREAKER_OPEN_MS", "cluster.breaker-open"),
            seconds("LOCAL_ROUTE_CACHE_TTL_SECONDS", "cluster.route-cache-ttl"),
            value("MAX_MESSAGE_BYTES", "max-message-bytes"),
            seconds("WS_KEEPALIVE_INTERVAL_SECONDS", "ws.keepalive"),
            seconds("DRAIN_TIMEOUT_SECONDS", "drain-timeout"),
            seconds("DRAIN_MIN_SECONDS", "drain-min"),
            value("GROUP_ROUTE_CHUNK_SIZE", "group.route-chunk-size"),
            value("GROUP_MEMBERS_MAX_USERS", "group.max-members"),
            value("GROUP_OFFLINE_BUFFER_MAX_USERS", "group.offline-max-users"),
            value("HOOK_ANSWER_BYTES", "hooks.answer-bytes"),
            value("HOOK_IDLE_CONNECTIONS_PER_TARGET", "hooks.idle-connections-per-target"),
            value("HOOK_IDLE_CONNECTIONS", "hooks.idle-connections"),
            value("HOOK_IDLE_TIME", "hooks.idle-time"),
            value("HOOK_WARM_UP", "hooks.warm-up"),
            value("PLAYGROUND_PAGE", "playground.page"),
            value("HOOK_SIGN_REQUIRED", "defaults.hooks.sign-required"),
            value("HOOK_MAX_CONCURRENCY", "defaults.hooks.max-concurrency"),
            milliseconds("HOOK_QUEUE_TIMEOUT_MS", "defaults.hooks.queue-timeout"),
            value("HOOK_BREAKER_FAILURE_THRESHOLD", "defaults.hooks.breaker-failures"),
            milliseconds("HOOK_BREAKER_OPEN_MS", "defaults.hooks.breaker-open"),
            milliseconds("HOOK_TIMEOUT_MS", "defaults.hooks.timeout"),
            milliseconds("AUTH_TIMEOUT_MS", "defaults.hooks.auth-timeout"),
            value("LOG_FORMAT", "log.format"),
            value("LOG_LEVEL", "log.level"),
            perName("LOG_LEVELS", "log.levels.*"),
            value("INBOUND_TOTAL_BYTES", "inbound.total-bytes"),
            value("OFFLINE_BUFFER_MAX_MESSAGES_PER_USER", "defaults.offline.messages-per-user"),
            value("OFFLINE_BUFFER_MAX_BYTES_PER_USER", "defaults.offline.bytes-per-user"),
            value("OFFLINE_BUFFER_MAX_USERS_PER_TENANT", "defaults.offline.users-per-tenant"),
            perName("TENANT_AUTH_MAP", "tenants.*.hooks.base-url"),
            perName("TENANT_HOOK_SECRETS", "tenants.*.hooks.secret"),
            perName("TENANT_HOOK_MAX_CONCURRENCY", "tenants.*.hooks.max-concurrency"));

    private static final Map<String, Name> BY_KEY =
            ALL.stream().collect(Collectors.toMap(Name::key, Function.identity()));

    private EnvironmentNames() {}

    /** What a plain number under {@code key} counts; a tenant's key counts like the default it overrides. */
    static Unit unit(String key) {
        Name name = BY_KEY.get(key.replaceFirst("^tenants\\.[^.]+\\.", "defaults."));
        return name == null ? Unit.NONE : name.unit();
    }

    private static Name text(String name, String key) {
        return new Name(name, key, Form.TEXT, Unit.NONE);
    }

    private static Name value(String name, String key) {
        return new Name(name, key, Form.VALUE, Unit.NONE);
    }

    private static Name milliseconds(String name, String key) {
        return new Name(name, key, Form.VALUE, Unit.MILLISECONDS);
    }

    private static Name seconds(String name, String key) {
        return new Name(name, key, Form.VALUE, Unit.SECONDS);
    }

    private static Name perName(String name, String key) {
        return new Name(name, key, Form.PER_NAME, Unit.NONE);
    }
}
