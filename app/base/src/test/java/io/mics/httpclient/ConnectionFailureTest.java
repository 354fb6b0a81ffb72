package io.mics.httpclient;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.ConnectException;
import java.net.UnknownHostException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;

class ConnectionFailureTest {
    @Test
    void everyUsualFailureHasWords() {
        Map<Throwable, String> words = new LinkedHashMap<>();
        words.put(new ConnectException("Connection refused"), "connection refused");
        words.put(new UnknownHostException("h"), "unknown host");
        words.put(new CertificateExpiredException("NotAfter: …"), "its certificate has expired");
        words.put(new CertificateNotYetValidException("NotBefore: …"), "its certificate is not valid yet");
        words.put(new CertificateException("No name matching a.example found"), "its certificate is for another host");
        words.put(new CertPathValidatorException("x"), "its certificate is not accepted (CertPathValidatorException)");
        words.put(new SSLHandshakeException("no common cipher"), "TLS failed: no common cipher");
        words.forEach((cause, expected) -> {
            Throwable wrapped = new IOException("io", new SSLHandshakeException("outer").initCause(cause));
            assertThat(ConnectionFailure.inWords(wrapped)).isEqualTo(expected);
            assertThat(ConnectionFailure.isOfConnection(wrapped)).isTrue();
        });
    }

    @Test
    void whatAFarEndMayHaveWrittenIsNotQuoted() {
        assertThat(ConnectionFailure.inWords(new IllegalStateException("SECRET")))
                .isEqualTo("broken off (IllegalStateException)");
        assertThat(ConnectionFailure.isOfConnection(new IllegalStateException("SECRET")))
                .isFalse();
    }

    @Test
    void aCircleOfCausesEnds() {
        Exception first = new Exception("first");
        Exception second = new Exception("second", first);
        first.initCause(second);
        assertThat(ConnectionFailure.inWords(first)).startsWith("broken off");
    }
}
