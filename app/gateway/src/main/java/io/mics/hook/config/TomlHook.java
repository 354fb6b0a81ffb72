package io.mics.hook.config;

import io.mics.hook.policy.SemanticVersion;
import io.mics.tenant.TenantConfig;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** One hook of a TOML file, with the defaults that the server has which it was written for. */
final class TomlHook {
    private static final long TIMEOUT_MS = 3_000;
    private static final long LONGEST_MS = 60_000;
    private static final Pattern SECRET =
            Pattern.compile(".*(secret|token|password|key|authorization|cookie|signature).*");
    private static final Pattern CLASS = Pattern.compile("[\\p{L}_$][\\p{L}\\d_$]*(\\.[\\p{L}_$][\\p{L}\\d_$]*)*");
    private static final Map<String, String> SESSION_TYPES = Map.of(
            "single", "single", "single_chat", "single", "direct", "single", "group", "group", "group_chat", "group");

    /** What hooks.yaml has too. */
    private static final Set<String> ALIKE = Set.of(
            "rollout",
            "mode",
            "concurrency-limit",
            "rate-limit",
            "circuit-breaker",
            "retry",
            "guarantee",
            "on-failure",
            "timeout",
            "notify");

    private final String point;
    private final Map<String, Object> given = new TreeMap<>();
    private final List<String> comments;
    private final Map<String, Object> hook = new LinkedHashMap<>();
    private final String name;

    /** A hook of {@code point}; what there is to say of it goes to {@code comments}. */
    TomlHook(String point, Map<String, Object> table, List<String> comments) {
        this.point = point;
        this.comments = comments;
        table.forEach((key, value) -> given.put(TomlHooks.dashed(key), value));
        this.name = text(given.remove("name"));
    }

    /** The hook as YAML has it; none when there is no such hook here, which a comment says. */
    Optional<Map<String, Object>> asYaml() {
        if (Boolean.FALSE.equals(given.remove("enabled"))) {
            return leftOut("it was not enabled");
        }
        String plain = name.replaceAll("[^A-Za-z0-9._-]", "-").replaceFirst("^[^A-Za-z0-9]+", "");
        if (plain.isEmpty()) {
            return leftOut("it has no name");
        }
        if (!plain.equals(name)) {
            comment("is called " + plain + " here");
        }
        hook.put("name", plain);
        version();
        given.remove("type");
        hook.put("priority", given.getOrDefault("priority", 0L));
        given.remove("priority");
        timeout();
        retries();
        onFailure();
        Optional<String> unmatched = match();
        if (unmatched.isPresent()) {
            return leftOut(unmatched.get());
        }
        Optional<String> unreachable = transport();
        if (unreachable.isPresent()) {
            return leftOut(unreachable.get());
        }
        given.forEach((key, value) -> {
            if (ALIKE.contains(key)) {
                hook.put(key, TomlHooks.deeplyDashed(value));
            } else {
                comment(key + " has no equivalent" + (value instanceof String text ? " (" + text + ")" : ""));
            }
        });
        return Optional.of(hook);
    }

    private Optional<Map<String, Object>> leftOut(String why) {
        comment("left out, since " + why);
        return Optional.empty();
    }

    private void comment(String what) {
        comments.add(point + " " + name + ": " + what);
    }

    private void version() {
        Object version = given.remove("version");
        if (version != null && SemanticVersion.parse(text(version)).isPresent()) {
            hook.put("version", text(version));
        } else if (version != null) {
            comment("version " + text(version) + " is not like 1.4.0");
        }
    }

    private void timeout() {
        if (given.containsKey("timeout")) {
            return;
        }
        long ms = given.remove("timeout-ms") instanceof Long number ? number : TIMEOUT_MS;
        long within = Math.clamp(ms, 1, LONGEST_MS);
        if (within != ms) {
            comment("timeout_ms = " + ms + " is outside 1 to " + LONGEST_MS);
        }
        hook.put("timeout", within + "ms");
    }

    private void retries() {
        if (given.remove("max-retries") instanceof Long retries && retries > 0) {
            if (point.equals("pre-send")) {
                comment("max_retries has no equivalent: a sender waits, so a pre-send hook is asked once");
            } else {
                hook.put("retry", new LinkedHashMap<>(Map.of("attempts", Math.min(100, retries + 1))));
            }
        }
    }

    /** A failure ends the main flow where success is required and errors are not ignored, which is the default. */
    private void onFailure() {
        Object required = given.remove("require-success");
        Object policy = given.remove("error-policy");
        if (given.containsKey("on-failure")) {
            return;
        }
        boolean denies = !Boolean.FALSE.equals(required) && !"ignore".equals(text(policy));
        switch (point) {
            case "pre-send", "recall" -> hook.put("on-failure", denies ? "deny" : "allow");
            case String after -> {
                if (required != null || policy != null) {
                    comment("require_success and error_policy have no equivalent: nobody waits for a hook of " + after
                            + ", whose failures are retried and then dead-lettered");
                }
            }
        }
    }

    /** Why no message here can match; empty when some can. */
    private Optional<String> match() {
        Map<String, Object> selector = new TreeMap<>();
        for (String key : List.of("selector", "match")) {
            TomlHooks.table(given.remove(key)).forEach((name, value) -> selector.put(TomlHooks.dashed(name), value));
        }
        Map<String, Object> match = new LinkedHashMap<>();
        for (Map.Entry<String, Object> entry : selector.entrySet()) {
            List<String> values = texts(entry.getValue());
            List<String> accepted = new ArrayList<>();
            String key = entry.getKey().equals("conversation-types") ? "session-types" : entry.getKey();
            for (String value : values) {
                String mapped = switch (key) {
                    case "tenants" -> TenantConfig.isId(value) ? value : "";
                    case "session-types" -> SESSION_TYPES.getOrDefault(value.toLowerCase(Locale.ROOT), "");
                    case "message-types" -> value.equals("audio") ? "voice" : value;
                    case "business-types" -> value;
                    case String other -> "";
                };
                if (mapped.isEmpty()) {
                    comment("selector " + entry.getKey() + " '" + value + "' has no equivalent");
                } else if (!accepted.contains(mapped)) {
                    accepted.add(mapped);
                }
            }
            if (accepted.isEmpty() && !values.isEmpty()) {
                return Optional.of("it is for " + entry.getKey() + " " + values + " alone");
            }
            if (!accepted.isEmpty()) {
                match.put(key, accepted);
            }
        }
        if (!match.isEmpty()) {
            hook.put("match", match);
        }
        return Optional.empty();
    }

    /** Why it cannot be reached from here; empty when it can. */
    private Optional<String> transport() {
        Map<String, Object> from = new TreeMap<>();
        TomlHooks.table(given.remove("transport")).forEach((key, value) -> from.put(TomlHooks.dashed(key), value));
        Map<String, Object> metadata = TomlHooks.table(given.remove("metadata"));
        metadata.putAll(TomlHooks.table(from.remove("metadata")));
        String type = text(from.remove("type"));
        Map<String, Object> to = new LinkedHashMap<>();
        to.put("type", type);
        Optional<String> unreachable = switch (type) {
            case "grpc" -> grpc(from, to, metadata);
            case "webhook" -> webhook(from, to, metadata);
            case "local" -> local(from, to, metadata);
            case String other -> Optional.of("it has transport '" + other + "'");
        };
        for (String key : List.of("ca", "contract", "secret-header", "missing-allow")) {
            if (from.containsKey(key)) {
                to.put(key, from.remove(key));
            }
        }
        from.keySet().forEach(key -> comment("transport " + key + " has no equivalent"));
        hook.put("transport", to);
        return unreachable;
    }

    private Optional<String> grpc(Map<String, Object> from, Map<String, Object> to, Map<String, Object> metadata) {
        String endpoint = text(from.remove("endpoint"));
        if (!endpoint.matches("https?://[^/?#]+/?")) {
            return Optional.of("its endpoint '" + endpoint + "' is not http://host:port");
        }
        boolean hasPort = endpoint.matches("https?://.*:\\d+/?");
        to.put(
                "endpoint",
                hasPort ? endpoint : endpoint.replaceFirst("/$", "") + (endpoint.startsWith("https") ? ":443" : ":80"));
        put(to, "metadata", shown("metadata", metadata));
        if (!from.containsKey("contract")) {
            comment("transport contract says which published contract its server was built from: flare-2025-11-11 (the"
                    + " default), flare-2025-11-22 or flare-2026-03");
        }
        return Optional.empty();
    }

    private Optional<String> webhook(Map<String, Object> from, Map<String, Object> to, Map<String, Object> metadata) {
        Object url = from.remove("url");
        Object endpoint = from.remove("endpoint");
        String where = text(url == null ? endpoint : url);
        if (!where.matches("https?://.+") || !isUrl(where)) {
            return Optional.of("its endpoint is not an http:// or https:// URL");
        }
        to.put("url", where);
        if (from.remove("secret") != null || from.remove("secrets") != null) {
            comment("transport secret is not shown here; without it nothing is signed");
        }
        Object signature = from.remove("signature");
        to.put("signature", signature == null ? "body" : text(signature));
        put(to, "headers", shown("headers", TomlHooks.table(from.remove("headers"))));
        put(to, "metadata", shown("metadata", metadata));
        return Optional.empty();
    }

    private Optional<String> local(Map<String, Object> from, Map<String, Object> to, Map<String, Object> metadata) {
        Object given = from.remove("class");
        Object target = from.remove("target");
        String name = text(given == null ? target : given);
        if (!CLASS.matcher(name).matches()) {
            return Optional.of("its target '" + name + "' is not the name of a class");
        }
        to.put("class", name);
        comment("transport class must be one in a jar of the plugins folder");
        metadata.putAll(TomlHooks.table(from.remove("settings")));
        put(to, "settings", shown("settings", metadata));
        return Optional.empty();
    }

    /** Texts under their own names; those that may be secret are left out. */
    private Map<String, Object> shown(String what, Map<String, Object> texts) {
        Map<String, Object> shown = new LinkedHashMap<>();
        texts.forEach((key, value) -> {
            if (SECRET.matcher(key.toLowerCase(Locale.ROOT)).matches()) {
                comment("transport " + what + " " + key + " is not shown here");
            } else if (value instanceof Map<?, ?> || value instanceof List<?>) {
                comment("transport " + what + " " + key + " is not one text");
            } else {
                shown.put(key, text(value));
            }
        });
        return shown;
    }

    private static void put(Map<String, Object> to, String key, Map<String, Object> table) {
        if (!table.isEmpty()) {
            to.put(key, table);
        }
    }

    private static boolean isUrl(String text) {
        try {
            return URI.create(text).getHost() != null;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static List<String> texts(Object value) {
        return value instanceof List<?> list ? list.stream().map(TomlHook::text).toList() : List.of(text(value));
    }

    private static String text(@Nullable Object value) {
        return value == null ? "" : String.valueOf(value);
    }
}
