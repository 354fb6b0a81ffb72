package io.mics.sdk.hook.example;

import io.mics.proto.hook.v1.TenantRuntimeConfig;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What an {@link ExampleBackend} knows of each tenant, in the variables of the earlier stand-in.
 *
 * @param secrets      by tenant, sign {@code /auth} and the rest; tenants without one are unknown. Empty knows
 *                     everybody by the one secret of {@link BackendSettings}
 * @param policies     what {@code /auth} answers beyond the common config, by tenant, under the stand-in's names
 * @param signRequired whether unsigned calls are refused where a policy does not say; null is where there is a secret
 *                     of {@link BackendSettings}
 */
public record TenantSettings(
        Map<String, String> secrets,
        Map<String, Map<String, String>> policies,
        @Nullable Boolean signRequired) {
    /** Nothing of any tenant. */
    public static final TenantSettings NONE = new TenantSettings(Map.of(), Map.of(), null);

    private static final String SIGN_REQUIRED = "hookSignRequired";
    private static final Set<String> NAMES = Set.of(
            "hookMaxConcurrency",
            "hookQueueTimeoutMs",
            "hookBreakerFailureThreshold",
            "hookBreakerOpenMs",
            SIGN_REQUIRED);

    /**
     * Takes copies of the maps.
     *
     * @throws IllegalArgumentException a policy with a name or a value that is none
     */
    public TenantSettings {
        secrets = Map.copyOf(secrets);
        policies = Map.copyOf(policies);
        policies.forEach((tenant, policy) -> policy.forEach((name, value) -> {
            boolean fits = name.equals(SIGN_REQUIRED) ? isTruth(value) : value.matches("\\d{1,9}");
            if (!NAMES.contains(name) || !fits) {
                throw new IllegalArgumentException(
                        "HOOK_TENANT_POLICIES of " + tenant + ": " + name + " = " + value + " is not known");
            }
        }));
    }

    /** From HOOK_TENANT_SECRETS, HOOK_TENANT_POLICIES and HOOK_SIGN_REQUIRED. */
    static TenantSettings from(Function<String, @Nullable String> environment) {
        String required =
                BackendSettings.text(environment, "HOOK_SIGN_REQUIRED", "").toLowerCase(Locale.ROOT);
        if (!required.isEmpty() && !isTruth(required)) {
            throw new IllegalArgumentException("HOOK_SIGN_REQUIRED must be true or false, is \"" + required + "\"");
        }
        return new TenantSettings(
                read("HOOK_TENANT_SECRETS", environment, TenantsJson::texts),
                read("HOOK_TENANT_POLICIES", environment, TenantsJson::settings),
                required.isEmpty() ? null : Boolean.valueOf(required));
    }

    private static <T> Map<String, T> read(
            String name, Function<String, @Nullable String> environment, Function<String, Map<String, T>> parse) {
        try {
            return parse.apply(BackendSettings.text(environment, name, "{}"));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(name + " must be a JSON object by tenant: " + e.getMessage(), e);
        }
    }

    private static boolean isTruth(String text) {
        return List.of("true", "false").contains(text);
    }

    /** Whether a tenant's unsigned calls are refused; {@code otherwise} where nothing says. */
    boolean signRequired(String tenant, boolean otherwise) {
        String policy = policies.getOrDefault(tenant, Map.of()).get(SIGN_REQUIRED);
        if (policy != null) {
            return Boolean.parseBoolean(policy);
        }
        return signRequired == null ? otherwise : signRequired;
    }

    /** {@code config} with what is known of a tenant. */
    TenantRuntimeConfig over(TenantRuntimeConfig config, String tenant) {
        TenantRuntimeConfig.Builder all = config.toBuilder();
        String secret = secrets.get(tenant);
        if (secret != null && config.getTenantSecret().isEmpty()) {
            all.setTenantSecret(secret);
        }
        policies.getOrDefault(tenant, Map.of()).forEach((name, value) -> {
            switch (name) {
                case "hookMaxConcurrency" -> all.setHookMaxConcurrency(Integer.parseInt(value));
                case "hookQueueTimeoutMs" -> all.setHookQueueTimeoutMs(Integer.parseInt(value));
                case "hookBreakerFailureThreshold" -> all.setHookBreakerFailureThreshold(Integer.parseInt(value));
                case "hookBreakerOpenMs" -> all.setHookBreakerOpenMs(Integer.parseInt(value));
                default -> all.setHookSignRequired(Boolean.parseBoolean(value));
            }
        });
        return all.build();
    }
}
