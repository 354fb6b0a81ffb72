package io.mics.sdk.client;

import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * Encrypts message bodies between clients that share a key; the gateway sees only ciphertext. AES-256-GCM; the layout
 * is version (1 byte, value 1), nonce (12), tag (16), ciphertext. Safe for many threads. Nonces are random, so change
 * the key before 2³² messages.
 */
public final class BodyCipher {
    /** Bytes a sealed body is longer than its plain text. */
    public static final int OVERHEAD = 29;

    private static final byte VERSION = 1;
    private static final int NONCE = 12;
    private static final int TAG = 16;

    /** What opening a body gave. */
    public sealed interface Opened {}

    /** The plain text, which only a holder of the key can have sealed. */
    @SuppressWarnings("ArrayRecordComponent") // handed over once, never compared
    public record Plain(byte[] bytes) implements Opened {}

    /** Not a body sealed with this key: another key, another version, tampered with, or never encrypted. */
    public record Unreadable(String reason) implements Opened {}

    private final SecretKeySpec key;
    private final SecureRandom random = new SecureRandom();

    /**
     * A cipher with this key.
     *
     * @throws IllegalArgumentException the key is not 32 bytes long
     */
    public BodyCipher(byte[] key) {
        if (key.length != 32) {
            throw new IllegalArgumentException("an AES-256 key has 32 bytes, this one " + key.length);
        }
        this.key = new SecretKeySpec(key, "AES");
    }

    /** The body encrypted, under a nonce of its own. */
    public byte[] seal(byte[] plain) {
        byte[] nonce = new byte[NONCE];
        random.nextBytes(nonce);
        byte[] sealed = new byte[OVERHEAD + plain.length];
        try {
            byte[] textThenTag = cipher(Cipher.ENCRYPT_MODE, nonce).doFinal(plain);
            sealed[0] = VERSION;
            System.arraycopy(nonce, 0, sealed, 1, NONCE);
            System.arraycopy(textThenTag, plain.length, sealed, 1 + NONCE, TAG);
            System.arraycopy(textThenTag, 0, sealed, OVERHEAD, plain.length);
            return sealed;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has AES/GCM/NoPadding", e);
        }
    }

    /** The plain text of a sealed body, or why there is none. */
    public Opened open(byte[] sealed) {
        if (sealed.length < OVERHEAD) {
            return new Unreadable("shorter than " + OVERHEAD + " bytes");
        }
        if (sealed[0] != VERSION) {
            return new Unreadable("version " + sealed[0]);
        }
        byte[] nonce = new byte[NONCE];
        System.arraycopy(sealed, 1, nonce, 0, NONCE);
        int length = sealed.length - OVERHEAD;
        byte[] textThenTag = new byte[length + TAG];
        System.arraycopy(sealed, OVERHEAD, textThenTag, 0, length);
        System.arraycopy(sealed, 1 + NONCE, textThenTag, length, TAG);
        try {
            return new Plain(cipher(Cipher.DECRYPT_MODE, nonce).doFinal(textThenTag));
        } catch (GeneralSecurityException e) {
            return new Unreadable("another key, or changed on the way");
        }
    }

    private Cipher cipher(int mode, byte[] nonce) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key, new GCMParameterSpec(TAG * 8, nonce));
        return cipher;
    }
}
