package io.mics.sdk.sign;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.concurrent.atomic.AtomicReferenceArray;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A few HMAC-SHA256 engines of one key, lent to one caller at a time. Never blocks and never holds more than
 * {@value #SLOTS}: a caller who finds his slot empty clones the first engine. No ThreadLocal, because virtual threads
 * are too many to give each its own.
 */
final class HmacPool {
    private static final int SLOTS = 16;

    private final AtomicReferenceArray<Mac> idle = new AtomicReferenceArray<>(SLOTS);
    private final Mac first;

    HmacPool(String secret) {
        try {
            first = Mac.getInstance("HmacSHA256");
            first.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has HmacSHA256", e);
        }
    }

    /** The code of the parts, one after the other. */
    byte[] code(byte[]... parts) {
        int slot = (int) (Thread.currentThread().getId() & (SLOTS - 1));
        Mac mac = idle.getAndSet(slot, null);
        if (mac == null) {
            mac = another();
        }
        for (byte[] part : parts) {
            mac.update(part);
        }
        byte[] code = mac.doFinal(); // also resets it for the next caller
        idle.set(slot, mac);
        return code;
    }

    private Mac another() {
        try {
            return (Mac) first.clone(); // never used itself, so cloning it from many threads is safe
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("this JDK's HmacSHA256 cannot be cloned", e);
        }
    }
}
