package io.mics.auth;

import io.mics.hook.AuthVerdict;
import io.mics.hook.Hooks;
import io.mics.hook.registry.ConnectHooks;
import io.mics.observe.TraceId;
import io.mics.protocol.CloseCode;
import io.mics.tenant.Tenant;
import io.mics.tenant.Tenants;
import java.util.Optional;

/**
 * Decides who a connection belongs to: the tenant must exist, its entry hooks must let the connection in, its
 * {@code /auth} hook must accept the token, and its login hooks the user.
 */
public final class Authenticator {
    private static final int TOKEN_MAX_LENGTH = 16_384;

    private final Tenants tenants;
    private final Hooks hooks;
    private final ConnectHooks connect;
    private final String defaultTenant;

    /** Serves the tenants of {@code tenants}; nobody without a tenant. */
    public Authenticator(Tenants tenants, Hooks hooks, ConnectHooks connect) {
        this(tenants, hooks, connect, "");
    }

    /** The same; clients that show a token and name no tenant are of {@code defaultTenant} unless that is empty. */
    public Authenticator(Tenants tenants, Hooks hooks, ConnectHooks connect, String defaultTenant) {
        this.defaultTenant = defaultTenant;
        this.tenants = tenants;
        this.hooks = hooks;
        this.connect = connect;
    }

    /**
     * What a client shows when it connects; nothing in it is validated yet.
     *
     * @param address the IP address of the other end of its socket
     */
    public record Credentials(String tenantId, String token, String deviceId, String traceId, String address) {
        private Credentials of(String tenant, String device) {
            return new Credentials(tenant, token, device, traceId, address);
        }
    }

    /** What came of it. */
    public sealed interface Outcome {
        record Accepted(Principal principal) implements Outcome {}

        /** The connection is closed with this code and reason. */
        record Refused(CloseCode code, String reason) implements Outcome {}
    }

    /** Whether these are a client's that shows a token alone, and clients of a default tenant may. */
    public boolean isTokenAlone(Credentials credentials) {
        return !defaultTenant.isEmpty() && credentials.tenantId().isEmpty();
    }

    /**
     * Blocks for at most the time-outs of the tenant's entry hooks and its auth timeout. A client that shows a token
     * alone gets a device id made up for this connection, unless {@code /auth} names one.
     */
    public Outcome authenticate(Credentials shown) throws InterruptedException {
        Credentials credentials = isTokenAlone(shown)
                ? shown.of(defaultTenant, shown.deviceId().isEmpty() ? TraceId.create() : shown.deviceId())
                : shown;
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
        String problem = tenant.ids().problem(credentials.deviceId());
        if (!problem.isEmpty()) {
            return new Outcome.Refused(CloseCode.AUTH_FAILED, "invalid device_id: " + problem);
        }
        ConnectHooks.Verdict entry =
                connect.entry(tenant, credentials.address(), credentials.deviceId(), credentials.traceId());
        return switch (entry) {
            case ConnectHooks.Verdict.Allowed allowed -> identify(tenant, credentials);
            case ConnectHooks.Verdict.Denied denied -> denied(denied, "entry denied");
            case ConnectHooks.Verdict.Unavailable unavailable ->
                new Outcome.Refused(CloseCode.LIMIT_REACHED, "entry unavailable");
        };
    }

    private Outcome identify(Tenant tenant, Credentials credentials) throws InterruptedException {
        long number = tenant.asking();
        return switch (hooks.auth(tenant, credentials.token(), credentials.deviceId(), credentials.traceId())) {
            case AuthVerdict.Accepted accepted -> accepted(tenant, accepted, number);
            case AuthVerdict.Refused refused -> new Outcome.Refused(CloseCode.AUTH_FAILED, refused.reason());
            case AuthVerdict.Unavailable unavailable ->
                new Outcome.Refused(CloseCode.LIMIT_REACHED, "auth unavailable");
        };
    }

    /** Asks login hooks about a user who was accepted; blocks for at most their time-outs. */
    public Outcome login(Principal principal, Credentials credentials) throws InterruptedException {
        return switch (connect.login(
                principal.tenant(),
                credentials.address(),
                principal.user(),
                principal.device(),
                credentials.traceId())) {
            case ConnectHooks.Verdict.Allowed allowed -> new Outcome.Accepted(principal);
            case ConnectHooks.Verdict.Denied denied -> denied(denied, "login denied");
            case ConnectHooks.Verdict.Unavailable unavailable ->
                new Outcome.Refused(CloseCode.LIMIT_REACHED, "login unavailable");
        };
    }

    private static Outcome denied(ConnectHooks.Verdict.Denied denied, String unsaid) {
        return new Outcome.Refused(CloseCode.AUTH_FAILED, denied.reason().isBlank() ? unsaid : denied.reason());
    }

    private static Outcome accepted(Tenant tenant, AuthVerdict.Accepted accepted, long number) {
        tenant.learn(accepted.config(), number);
        return new Outcome.Accepted(new Principal(tenant, accepted.userId(), accepted.deviceId()));
    }
}
