package io.mics.auth;

import io.mics.hook.AuthVerdict;
import io.mics.hook.Hooks;
import io.mics.protocol.CloseCode;
import io.mics.protocol.IdRule;
import io.mics.tenant.Tenant;
import io.mics.tenant.Tenants;
import java.util.Optional;

/** Decides who a connection belongs to: the tenant must exist, and its {@code /auth} hook must accept the token. */
public final class Authenticator {
    private static final int TOKEN_MAX_LENGTH = 16_384;

    private final Tenants tenants;
    private final Hooks hooks;

    public Authenticator(Tenants tenants, Hooks hooks) {
        this.tenants = tenants;
        this.hooks = hooks;
    }

    /** What a client shows when it connects; nothing in it is validated yet. */
    public record Credentials(String tenantId, String token, String deviceId, String traceId) {}

    /** What came of it. */
    public sealed interface Outcome {
        record Accepted(Principal principal) implements Outcome {}

        /** The connection is closed with this code and reason. */
        record Refused(CloseCode code, String reason) implements Outcome {}
    }

    /** Blocks for at most the tenant's auth timeout. */
    public Outcome authenticate(Credentials credentials) throws InterruptedException {
        Optional<Tenant> known = tenants.find(credentials.tenantId());
        return known.isPresent()
                ? authenticate(known.get(), credentials)
                : new Outcome.Refused(CloseCode.UNKNOWN_TENANT, "unknown tenant");
    }

    private Outcome authenticate(Tenant tenant, Credentials credentials) throws InterruptedException {
        String token = credentials.token();
        if (token.isBlank() || token.length() > TOKEN_MAX_LENGTH) {
            return new Outcome.Refused(CloseCode.AUTH_FAILED, token.isBlank() ? "missing token" : "invalid token");
        }
        if (!IdRule.DEVICE.allows(credentials.deviceId())) {
            return new Outcome.Refused(CloseCode.AUTH_FAILED, "invalid device_id");
        }
        return switch (hooks.auth(tenant, token, credentials.deviceId(), credentials.traceId())) {
            case AuthVerdict.Accepted accepted -> accepted(tenant, accepted);
            case AuthVerdict.Refused refused -> new Outcome.Refused(CloseCode.AUTH_FAILED, refused.reason());
            case AuthVerdict.NoAnswer none -> new Outcome.Refused(CloseCode.LIMIT_REACHED, "auth unavailable");
        };
    }

    private static Outcome accepted(Tenant tenant, AuthVerdict.Accepted accepted) {
        tenant.learn(accepted.config());
        return new Outcome.Accepted(new Principal(tenant, accepted.userId(), accepted.deviceId()));
    }
}
