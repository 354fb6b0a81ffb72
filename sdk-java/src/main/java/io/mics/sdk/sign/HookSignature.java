package io.mics.sdk.sign;

import io.mics.proto.hook.v1.AuthRequest;
import io.mics.proto.hook.v1.CheckMessageRequest;
import io.mics.proto.hook.v1.GetGroupMembersRequest;
import io.mics.proto.hook.v1.GetOfflineMessagesRequest;
import io.mics.proto.hook.v1.MqEvent;

/**
 * Signing and verifying with a secret at hand, for callers who do it rarely. Each call builds a {@link Signer}, some
 * microseconds; where it happens per message, keep a {@code Signer} per secret instead.
 *
 * <p>{@code sign} returns a copy with the sign set (empty when the secret is empty); {@code verify} compares in
 * constant time, over known fields only, without a timestamp window.
 */
public final class HookSignature {
    private HookSignature() {}

    /** The sign of an encoded hook request, Base64; empty when the secret is empty. */
    public static String sign(String secret, byte[] payloadWithSignCleared, String requestId, long timestampMs) {
        return new Signer(secret).sign(payloadWithSignCleared, requestId, timestampMs);
    }

    /** See {@link Signer#sign(AuthRequest)}. The secret is the tenant's configured one. */
    public static AuthRequest sign(String secret, AuthRequest request) {
        return new Signer(secret).sign(request);
    }

    /** See {@link Signer#sign(CheckMessageRequest)}. */
    public static CheckMessageRequest sign(String secret, CheckMessageRequest request) {
        return new Signer(secret).sign(request);
    }

    /** See {@link Signer#sign(GetGroupMembersRequest)}. */
    public static GetGroupMembersRequest sign(String secret, GetGroupMembersRequest request) {
        return new Signer(secret).sign(request);
    }

    /** See {@link Signer#sign(GetOfflineMessagesRequest)}. */
    public static GetOfflineMessagesRequest sign(String secret, GetOfflineMessagesRequest request) {
        return new Signer(secret).sign(request);
    }

    /** See {@link Signer#sign(MqEvent)}. */
    public static MqEvent sign(String secret, MqEvent event) {
        return new Signer(secret).sign(event);
    }

    /** See {@link Signer#verify(AuthRequest)}. The secret is the tenant's configured one. */
    public static Verdict verify(String secret, AuthRequest request) {
        return new Signer(secret).verify(request);
    }

    /** See {@link Signer#verify(CheckMessageRequest)}. */
    public static Verdict verify(String secret, CheckMessageRequest request) {
        return new Signer(secret).verify(request);
    }

    /** See {@link Signer#verify(GetGroupMembersRequest)}. */
    public static Verdict verify(String secret, GetGroupMembersRequest request) {
        return new Signer(secret).verify(request);
    }

    /** See {@link Signer#verify(GetOfflineMessagesRequest)}. */
    public static Verdict verify(String secret, GetOfflineMessagesRequest request) {
        return new Signer(secret).verify(request);
    }

    /** See {@link Signer#verify(MqEvent)}. */
    public static Verdict verify(String secret, MqEvent event) {
        return new Signer(secret).verify(event);
    }
}
