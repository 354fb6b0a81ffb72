package io.mics.hook;

import io.mics.concurrent.LiveSemaphore;
import io.mics.observe.Counter;
import io.mics.observe.Histogram;
import io.mics.observe.Log;
import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import io.mics.sdk.sign.Signer;
import io.mics.tenant.HookSettings;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * What protects, limits and counts one operation of one tenant; nothing in it is shared with any other. Settings are
 * read at every call, so a change holds from the next one on.
 */
final class HookGuard {
    private static final Log LOG = Log.of(HookGuard.class);
    private static final int AUTH_PERMITS = 256;
    private static final long LOG_EVERY_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final String tenant;
    private final HookOperation operation;
    private final LiveSemaphore permits = new LiveSemaphore(AUTH_PERMITS);
    private final CircuitBreaker breaker = new CircuitBreaker();
    private final Map<HookResult, Counter> results = new EnumMap<>(HookResult.class);
    private final Map<HookResult, AtomicLong> lastLogged = new EnumMap<>(HookResult.class);
    private final Counter queueRejected;
    private final Counter circuitRejected;
    private final Histogram duration;
    private volatile Signer signer = new Signer("");
    private volatile String signerSecret = "";

    HookGuard(String tenant, HookOperation operation, Metrics metrics) {
        this.tenant = tenant;
        this.operation = operation;
        long longAgo = System.nanoTime() - LOG_EVERY_NANOS;
        for (HookResult result : HookResult.values()) {
            results.put(
                    result, metrics.counter(Metric.HOOK_REQUESTS, tenant, operation.label(), result.label()));
            lastLogged.put(result, new AtomicLong(longAgo));
        }
        queueRejected = metrics.counter(
                Metric.HOOK_LIMITER_REJECTED, tenant, operation.label(), HookResult.QUEUE_REJECTED.label());
        circuitRejected = metrics.counter(
                Metric.HOOK_LIMITER_REJECTED, tenant, operation.label(), HookResult.CIRCUIT_OPEN.label());
        duration = metrics.histogram(Metric.HOOK_DURATION, tenant, operation.label());
        metrics.gauge(Metric.LIMIT_PERMITS_IN_USE, permits::inUse, tenant, "hook_" + operation.label());
    }

    /**
     * Makes one call under the policy.
     *
     * @param denied whether an answer is a no, for the count
     */
    <A> HookReply<A> call(
            HookSettings settings, Question<A> question, Function<A, Boolean> denied, String traceId)
            throws InterruptedException {
        HookReply<A> reply = guarded(settings, question);
        switch (reply) {
            case HookReply.Answer<A> answer ->
                count(denied.apply(answer.message()) ? HookResult.DENY : HookResult.OK);
            case HookReply.Failed<A> failed -> {
                count(failed.result());
                log(failed, traceId);
            }
        }
        return reply;
    }

    /** The call itself, once it may be made. */
    interface Question<A> {
        HookReply<A> ask(Signer signer, Duration deadline) throws InterruptedException;
    }

    private <A> HookReply<A> guarded(HookSettings settings, Question<A> question) throws InterruptedException {
        boolean auth = operation == HookOperation.AUTH;
        String secret = auth ? settings.authSecret() : settings.secret();
        if (settings.signRequired() && secret.isEmpty()) {
            return new HookReply.Failed<>(HookResult.SIGN_REQUIRED, "signature required and no secret configured");
        }
        long start = System.nanoTime();
        if (!breaker.allows(start, settings.breakerOpen().toNanos())) {
            circuitRejected.increment();
            return new HookReply.Failed<>(HookResult.CIRCUIT_OPEN, "circuit open after failures");
        }
        Duration timeout = auth && !settings.authTimeout().isZero() ? settings.authTimeout() : settings.timeout();
        permits.resize(auth ? AUTH_PERMITS : settings.maxConcurrency());
        Duration wait = auth ? timeout : settings.queueTimeout();
        if (!permits.tryAcquire() && !permits.tryAcquire(wait.toNanos(), TimeUnit.NANOSECONDS)) {
            breaker.skipped();
            queueRejected.increment();
            return new HookReply.Failed<>(HookResult.QUEUE_REJECTED, "too many calls in flight");
        }
        HookReply<A> reply = new HookReply.Failed<>(HookResult.NETWORK_ERROR, "call failed");
        long asked = System.nanoTime();
        try {
            // waiting for a permit is part of an /auth call's time
            reply = question.ask(signerFor(secret), auth ? timeout.minusNanos(asked - start) : timeout);
            return reply;
        } finally {
            permits.release();
            boolean failure = reply instanceof HookReply.Failed<A> failed && failed.result().isFailure();
            breaker.made(failure, settings.breakerFailures(), System.nanoTime());
            duration.recordSince(asked);
        }
    }

    private Signer signerFor(String secret) {
        Signer known = signer;
        if (!secret.equals(signerSecret)) {
            known = new Signer(secret);
            signer = known;
            signerSecret = secret;
        }
        return known;
    }

    private void count(HookResult result) {
        Counter counter = results.get(result);
        if (counter != null) {
            counter.increment();
        }
    }

    private void log(HookReply.Failed<?> failed, String traceId) {
        AtomicLong last = lastLogged.get(failed.result());
        long now = System.nanoTime();
        long before = last == null ? now : last.get();
        if (last != null && now - before >= LOG_EVERY_NANOS && last.compareAndSet(before, now)) {
            LOG.warn(
                    "hook gave no answer",
                    "tenant", tenant,
                    "op", operation.label(),
                    "result", failed.result().label(),
                    "cause", failed.cause(),
                    "traceId", traceId);
        }
    }
}
