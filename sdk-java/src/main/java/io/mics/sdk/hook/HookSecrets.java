package io.mics.sdk.hook;

import org.jspecify.annotations.Nullable;

/** The secrets a backend shares with the gateway, by tenant. Asked on every call, so answer from memory. */
@FunctionalInterface
public interface HookSecrets {

    /**
     * The secret configured at the gateway, with which {@code /auth} is signed. The empty string accepts every call,
     * signed or not; null means the tenant is unknown here, and the call is refused with 401.
     */
    @Nullable
    String configured(String tenantId);

    /**
     * The secret given to the gateway as {@code tenant_secret} in the answer to {@code /auth}, with which the other
     * hooks are signed. The configured one, unless overridden; same meaning of empty and null.
     */
    default @Nullable String runtime(String tenantId) {
        return configured(tenantId);
    }

    /** Whether a call without a signature is refused where there is a secret; a wrong signature always is. */
    default boolean signRequired(String tenantId) {
        return true;
    }
}
