package io.mics.hook;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signatures of hook requests: {@code Base64(HMAC-SHA256(secret, P ‖ UTF8(request_id) ‖ timestamp_ms))}, the timestamp as
 * 8 bytes little-endian and P the request with its signature cleared.
 */
final class HookSigning {
    private static final String ALGORITHM = "HmacSHA256";

    private HookSigning() {}

    /** The signature, or the empty string without a secret. */
    static String sign(String secret, byte[] payloadWithSignCleared, String requestId, long timestampMs) {
        if (secret.isEmpty()) {
            return "";
        }
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), ALGORITHM));
            mac.update(payloadWithSignCleared);
            mac.update(requestId.getBytes(StandardCharsets.UTF_8));
            mac.update(ByteBuffer.allocate(Long.BYTES)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(timestampMs)
                    .flip());
            return Base64.getEncoder().encodeToString(mac.doFinal());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + ALGORITHM, e);
        }
    }
}
