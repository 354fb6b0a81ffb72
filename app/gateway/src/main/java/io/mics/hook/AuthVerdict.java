package io.mics.hook;

import io.mics.proto.hook.v1.TenantRuntimeConfig;

/** What {@code /auth} said about a token. */
public sealed interface AuthVerdict {
    /**
     * The token is good. Everything in it is valid.
     *
     * @param deviceId the device as the backend names it, else as the client did
     * @param config   what the backend set for the tenant; fields not given are 0 or absent
     */
    record Accepted(String userId, String deviceId, TenantRuntimeConfig config) implements AuthVerdict {}

    /** The backend said no: close 4001 with this reason. */
    record Refused(String reason) implements AuthVerdict {}

    /** The backend did not say: close 4429. The cause is for logs, not for the client. */
    record Unavailable(CallResult result, String cause) implements AuthVerdict {}
}
