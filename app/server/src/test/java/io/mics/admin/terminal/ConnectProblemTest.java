package io.mics.admin.terminal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;

class ConnectProblemTest {
    @Test
    void saysWhatToDoAboutEachProblem() {
        Map<Throwable, String> sentences = new LinkedHashMap<>();
        sentences.put(new ConnectException(), "nothing listens at https://h:1: start the server");
        sentences.put(caused(new ConnectException(), new UnresolvedAddressException()), "there is no host named h");
        sentences.put(new HttpConnectTimeoutException("x"), "https://h:1 cannot be reached: see whether a firewall");
        sentences.put(new HttpTimeoutException("x"), "https://h:1 took the request and did not answer in time");
        sentences.put(caused(new IOException(), new SSLHandshakeException("expired")), "https://h:1 (expired)");
        sentences.put(new IOException("garbage"), "what listens at https://h:1 does not answer as a MICS server");
        sentences.forEach((thrown, said) -> {
            String sentence = ConnectProblem.of(URI.create("https://h:1/a/b?secret"), thrown);
            assertThat(sentence).contains(said, "--url").doesNotContain("secret", "Exception");
        });
    }

    @Test
    void onlyWhereNobodyListensIsAnotherPortTried() {
        assertThat(ConnectProblem.isRefused(new ConnectException())).isTrue();
        assertThat(ConnectProblem.isRefused(caused(new ConnectException(), new UnresolvedAddressException())))
                .isFalse();
        assertThat(ConnectProblem.isRefused(new HttpConnectTimeoutException("x")))
                .isFalse();
    }

    private static Throwable caused(Throwable thrown, Throwable cause) {
        return thrown.initCause(cause);
    }
}
