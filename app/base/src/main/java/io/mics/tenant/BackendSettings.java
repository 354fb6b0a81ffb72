package io.mics.tenant;

import java.time.Duration;

/**
 * How one tenant's backend is called.
 *
 * @param baseUrl           where the backend is, without a trailing slash; empty when the tenant has none
 * @param authBaseUrl       where {@code /auth} lives; the configured base URL, never a learned one
 * @param secret            signs every call but {@code /auth}; empty sends no signature
 * @param authSecret        signs {@code /auth}; the configured secret, never a learned one
 * @param timeout           the whole call, connecting included
 * @param authTimeout       the same for {@code /auth}; zero means {@code timeout}
 * @param maxConcurrency    calls in flight per operation, {@code /auth} excepted; 0 is unlimited
 * @param queueTimeout      how long a call waits for its permit; zero does not wait
 * @param onCheckFailure    the verdict when {@code /check-message} gives none
 * @param signRequired      refuse to call without a secret
 * @param breakerFailures   consecutive failures that open the breaker; 0 never opens it
 * @param breakerOpen       how long an open breaker refuses calls
 */
public record BackendSettings(
        String baseUrl,
        String authBaseUrl,
        String secret,
        String authSecret,
        Duration timeout,
        Duration authTimeout,
        int maxConcurrency,
        Duration queueTimeout,
        OnFailure onCheckFailure,
        boolean signRequired,
        int breakerFailures,
        Duration breakerOpen) {

    /** What to assume when the backend gives no answer. */
    public enum OnFailure {
        ALLOW,
        DENY
    }

    public static final BackendSettings DEFAULTS = new BackendSettings(
            "",
            "",
            "",
            "",
            Duration.ofMillis(150),
            Duration.ofSeconds(1),
            32,
            Duration.ofMillis(10),
            OnFailure.ALLOW,
            false,
            5,
            Duration.ofSeconds(5));

    /** These settings with the backend at {@code url}. */
    public BackendSettings at(String url) {
        return new BackendSettings(
                url,
                url,
                secret,
                authSecret,
                timeout,
                authTimeout,
                maxConcurrency,
                queueTimeout,
                onCheckFailure,
                signRequired,
                breakerFailures,
                breakerOpen);
    }

    /** Secrets never reach a log. */
    @Override
    public String toString() {
        return "BackendSettings[" + baseUrl + ", timeout=" + timeout + ", secret=***]";
    }
}
