package io.mics.hook;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class HookSigningTest {

    @Test
    void agreesWithThePublishedVectors() {
        assertThat(sign("secret", "0a0101", "r1", 123)).isEqualTo("t3wuIem5WivMtMSWPRWZ8G3aoOdPPF2VUc0g9JgJBqo=");
        assertThat(sign(
                        "secret",
                        "0a160a02743112057269642d3118959aef3a2a0474722d31120876616c69643a75311a0464657631",
                        "rid-1",
                        123456789))
                .isEqualTo("rKb4sOlG+1lCXWnMAW3zPCoPMth0X+3aHLgYUxo8SoA=");
        assertThat(sign(
                        "dev-secret-t1",
                        "0a180a02743112057269642d321881d095ffbc312a0474722d32121f0a027431120275311a02643122026d31"
                                + "32027532420268694880d095ffbc31",
                        "rid-2",
                        1700000000001L))
                .isEqualTo("U7NTrCFrVCzVpVVdxIYtUPIleG7Kftbaa/RDkySpK3w=");
    }

    @Test
    void leavesTheSignatureEmptyWithoutASecret() {
        assertThat(sign("", "0a0101", "r1", 123)).isEmpty();
    }

    private static String sign(String secret, String payload, String requestId, long timestamp) {
        return HookSigning.sign(secret, HexFormat.of().parseHex(payload), requestId, timestamp);
    }
}
