package io.mics.auth;

import io.mics.hook.TenantBackend;
import io.mics.hook.registry.ConnectHooks;
import io.mics.observe.TraceId;
import io.mics.protocol.CloseCode;
import io.mics.protocol.ConnectDecision;
import io.mics.protocol.ConnectDecision.Accepted;
import io.mics.protocol.ConnectDecision.Refused;
import io.mics.tenant.Tenant;
import io.mics.tenant.Tenants;
import java.util.Optional;

/**
 * Decides who a connection belongs to: the tenant must exist, its entry hooks must let the connection in, its
 * backend's {@code /auth} must accept the token, and its login hooks the user.
 */
public final class Authenticator {
    private static final int TOKEN_MAX_LENGTH = 16_384;

    private final Tenants tenants;
    private final TenantBackend backend;
    private final ConnectHooks connect;
    private final String defaultTenant;

    /** Serves the tenants of {@code tenants}; nobody without a tenant. */
    public Authenticator(Tenants tenants, TenantBackend backend, ConnectHooks connect) {
        this(tenants, backend, connect, "");
    }

    /** The same; clients that show a token and name no tenant are of {@code defaultTenant} unless that is empty. */
    public Authenticator(Tenants tenants, TenantBackend backend, ConnectHooks connect, String defaultTenant) {
        this.defaultTenant = defaultTenant;
        this.tenants = tenants;
        this.backend = backend;
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

    /** Whether these are a client's that shows a token alone, and clients of a default tenant may. */
    public boolean isTokenAlone(Credentials credentials) {
        return !defaultTenant.isEmpty() && credentials.tenantId().isEmpty();
    }

    /**
     * Blocks for at most the time-outs of the tenant's entry hooks and its auth timeout. A client that shows a token
     * alone gets a device id made up for this connection, unless {@code /auth} names one.
     */
    public ConnectDecision<Principal> authenticate(Credentials shown) throws InterruptedException {
        Credentials credentials = isTokenAlone(shown)
                ? shown.of(defaultTenant, shown.deviceId().isEmpty() ? TraceId.create() : shown.deviceId())
                : shown;
        Optional<Tenant> known = tenants.find(credentials.tenantId());
        return known.isPresent()
                ? authenticate(known.get(), credentials)
                : new Refused<>(CloseCode.UNKNOWN_TENANT, "unknown tenant");
    }

    private ConnectDecision<Principal> authenticate(Tenant tenant, Credentials credentials)
            throws InterruptedException {
        String token = credentials.token();
        if (token.isBlank() || token.length() > TOKEN_MAX_LENGTH) {
            return new Refused<>(CloseCode.AUTH_FAILED, token.isBlank() ? "missing token" : "invalid token");
        }
        String problem = tenant.ids().problem(credentials.deviceId());
        if (!problem.isEmpty()) {
            return new Refused<>(CloseCode.AUTH_FAILED, "invalid device_id: " + problem);
        }
        return connect.entry(tenant, credentials.address(), credentials.deviceId(), credentials.traceId())
                .then(entered -> identify(entered, credentials));
    }

    private ConnectDecision<Principal> identify(Tenant tenant, Credentials credentials) throws InterruptedException {
        long number = tenant.asking();
        return backend.auth(tenant, credentials.token(), credentials.deviceId(), credentials.traceId())
                .then(identity -> {
                    tenant.learn(identity.config(), number);
                    return new Accepted<>(new Principal(tenant, identity.userId(), identity.deviceId()));
                });
    }

    /** Asks login hooks about a user who was accepted; blocks for at most their time-outs. */
    public ConnectDecision<Principal> login(Principal principal, Credentials credentials) throws InterruptedException {
        return connect.login(
                        principal.tenant(),
                        credentials.address(),
                        principal.user(),
                        principal.device(),
                        credentials.traceId())
                .then(allowed -> new Accepted<>(principal));
    }
}
