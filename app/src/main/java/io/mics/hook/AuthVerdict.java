package io.mics.hook;

import io.mics.proto.hook.v1.TenantRuntimeConfig;

/** Whether a connection may be. */
public sealed interface AuthVerdict {
    /** Nothing in it is validated yet; {@code deviceId} is empty when the hook does not override it. */
    record Accepted(String userId, String deviceId, TenantRuntimeConfig config) implements AuthVerdict {}

    /** The hook said no. */
    record Refused(String reason) implements AuthVerdict {}

    /** The hook said nothing. */
    record NoAnswer(String cause) implements AuthVerdict {}
}
