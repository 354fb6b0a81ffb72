package io.mics.sdk.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;

class BodyCipherTest {
    private final byte[] key = new byte[32];
    private final BodyCipher cipher = new BodyCipher(key);

    @Test
    void opensWhatItSealed() {
        assertThat(plain(cipher.open(cipher.seal("hi".getBytes(UTF_8))))).isEqualTo("hi".getBytes(UTF_8));
        assertThat(plain(cipher.open(cipher.seal(new byte[0])))).isEmpty();
    }

    @Test
    void laysOutVersionNonceTagCiphertext() throws Exception {
        byte[] text = "layout".getBytes(UTF_8);
        byte[] sealed = cipher.seal(text);
        byte[] nonce = Arrays.copyOfRange(sealed, 1, 13);
        Cipher jdk = Cipher.getInstance("AES/GCM/NoPadding");
        jdk.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), new GCMParameterSpec(128, nonce));
        byte[] textThenTag = jdk.doFinal(text);

        assertThat(sealed).hasSize(BodyCipher.OVERHEAD + text.length);
        assertThat(sealed[0]).isEqualTo((byte) 1);
        assertThat(Arrays.copyOfRange(sealed, 13, 29)).isEqualTo(Arrays.copyOfRange(textThenTag, 6, 22));
        assertThat(Arrays.copyOfRange(sealed, 29, 35)).isEqualTo(Arrays.copyOf(textThenTag, 6));
    }

    @Test
    void neverRepeatsANonce() {
        byte[] text = new byte[4];
        assertThat(cipher.seal(text)).isNotEqualTo(cipher.seal(text));
    }

    @Test
    void doesNotOpenWhatWasChangedAnywhere() {
        byte[] sealed = cipher.seal("hi".getBytes(UTF_8));
        for (int i = 0; i < sealed.length; i++) {
            byte[] changed = sealed.clone();
            changed[i] ^= 1;
            assertThat(cipher.open(changed)).as("byte %s", i).isInstanceOf(BodyCipher.Unreadable.class);
        }
        assertThat(cipher.open(new byte[28])).isInstanceOf(BodyCipher.Unreadable.class);
    }

    @Test
    void doesNotOpenAnotherKeysBody() {
        byte[] otherKey = new byte[32];
        otherKey[0] = 1;
        assertThat(new BodyCipher(otherKey).open(cipher.seal(new byte[9]))).isInstanceOf(BodyCipher.Unreadable.class);
    }

    @Test
    void refusesKeysOfAnotherLength() {
        assertThatThrownBy(() -> new BodyCipher(new byte[16])).hasMessageContaining("32 bytes");
    }

    private static byte[] plain(BodyCipher.Opened opened) {
        return ((BodyCipher.Plain) opened).bytes();
    }
}
