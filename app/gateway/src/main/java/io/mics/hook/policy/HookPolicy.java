package io.mics.hook.policy;

import io.mics.concurrent.CircuitBreaker;
import io.mics.tenant.BackendSettings.OnFailure;
import java.time.Duration;

/**
 * What protects a hook, and everybody from it; each tenant has permits, rate and breaker of its own.
 *
 * @param timeout          the whole call, connecting included
 * @param concurrencyLimit calls in flight; 0 is unlimited
 * @param rateLimit        calls per second; 0 is unlimited
 * @param onFailure        the verdict of a hook that was asked and gives none
 * @param breaker          when calls stop being made
 */
public record HookPolicy(
        Duration timeout, int concurrencyLimit, int rateLimit, OnFailure onFailure, CircuitBreaker.Rules breaker) {
    public static final HookPolicy DEFAULTS =
            new HookPolicy(Duration.ofSeconds(5), 100, 100_000, OnFailure.ALLOW, CircuitBreaker.Rules.DEFAULTS);
}
