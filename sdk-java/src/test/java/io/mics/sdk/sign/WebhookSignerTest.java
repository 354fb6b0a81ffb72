package io.mics.sdk.sign;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class WebhookSignerTest {
    private static final byte[] BODY = "The quick brown fox jumps over the lazy dog".getBytes(UTF_8);

    @Test
    void theOlderFormIsTheHmacOfTheBody() {
        assertThat(new WebhookSigner(List.of("key")).sign(BODY))
                .isEqualTo("sha256=f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8");
    }

    @Test
    void theTimestampIsSignedBeforeADot() {
        WebhookSigner signer = new WebhookSigner(List.of("key"));
        assertThat(signer.sign("1700000000", BODY))
                .isEqualTo(signer.sign(("1700000000." + new String(BODY, UTF_8)).getBytes(UTF_8)));
    }

    @Test
    void aServerWithEitherSecretVerifiesWhileSecretsRotate() {
        String header = new WebhookSigner(List.of("new", "old")).sign("1", BODY);
        assertThat(header).matches("sha256=[0-9a-f]{64},sha256=[0-9a-f]{64}");
        for (String secret : List.of("new", "old")) {
            assertThat(new WebhookSigner(List.of(secret)).isGenuine(header, "1", BODY))
                    .isTrue();
        }
        assertThat(new WebhookSigner(List.of("other")).isGenuine(header, "1", BODY))
                .isFalse();
    }

    @Test
    void anotherBodyTimeOrFormIsForged() {
        WebhookSigner signer = new WebhookSigner(List.of("key"));
        String header = signer.sign("1", BODY);
        assertThat(signer.isGenuine(header, "2", BODY)).isFalse();
        assertThat(signer.isGenuine(header, "1", new byte[] {1})).isFalse();
        assertThat(signer.isGenuine(header, BODY)).isFalse();
        assertThat(signer.isGenuine("", "1", BODY)).isFalse();
        assertThat(new WebhookSigner(List.of()).isGenuine("", "1", BODY)).isFalse();
    }
}
