package io.mics.hook;

import io.mics.concurrent.CircuitBreaker;
import io.mics.concurrent.Deadline;
import io.mics.concurrent.LiveSemaphore;
import io.mics.hook.HookTransport.Answer;
import io.mics.hook.HookTransport.Failure;
import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import io.mics.sdk.sign.Signer;
import io.mics.tenant.HookSettings;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** What stands between one tenant's one operation and its backend: deadline, permits, breaker, meters. */
final class HookGate {
    /** A decoded answer, or the reason there is none. */
    sealed interface Outcome<R> {
        /** The backend's answer; a no is an answer too. */
        record Answered<R>(R answer) implements Outcome<R> {}

        /** No answer; already counted and logged. */
        record Failed<R>(CallResult result, String cause) implements Outcome<R> {}
    }

    /** Turns bytes into an answer, or says why it cannot. */
    interface Decoder<R> {
        R decode(byte[] body) throws UndecodableException, InterruptedException;

        /** Whether the answer is the backend's yes. */
        boolean accepts(R answer);
    }

    /** An answer that makes no sense; the message says why, in plain words. */
    static final class UndecodableException extends Exception {
        UndecodableException(String message) {
            super(message);
        }
    }

    private static final int AUTH_PERMITS = 256;

    private final HookOperation operation;
    private final HookMeters meters;
    private final LiveSemaphore permits;
    private final CircuitBreaker breaker = new CircuitBreaker();
    private volatile Signing signing = new Signing("", new Signer(""));

    private volatile Comparison comparison = new Comparison("", "", true);

    /** Two base URLs and whether they lead to one server. */
    private record Comparison(String configured, String baseUrl, boolean same) {}

    private record Signing(String secret, Signer signer) {}

    HookGate(Metrics metrics, String tenant, HookOperation operation) {
        this.operation = operation;
        this.meters = new HookMeters(metrics, tenant, operation);
        this.permits = new LiveSemaphore(AUTH_PERMITS, true);
        metrics.gauge(Metric.LIMIT_PERMITS_IN_USE, permits::inUse, tenant, "hook-" + operation.label());
    }

    int permitsInUse() {
        return permits.inUse();
    }

    /** Makes one call under the settings of this moment. */
    <R> Outcome<R> call(
            HookSettings settings, HookTransport transport, String baseUrl, BackendCall request, Decoder<R> decoder)
            throws InterruptedException {
        if (settings.signRequired() && request.secret().isEmpty()) {
            return failed(CallResult.SIGN_REQUIRED, request, "signatures are required but no secret is configured");
        }
        if (transport.immediate()) {
            return counted(ask(transport, settings, baseUrl, request, Deadline.NEVER, decoder), request, decoder);
        }
        boolean auth = operation == HookOperation.AUTH;
        Duration limit = auth && !settings.authTimeout().isZero() ? settings.authTimeout() : settings.timeout();
        long asked = System.nanoTime();
        long open = settings.breakerOpen().toNanos();
        if (breaker.refuses(settings.breakerFailures(), open, System.nanoTime())) {
            return circuitOpen(request);
        }
        permits.resize(auth ? AUTH_PERMITS : settings.maxConcurrency());
        long wait = Math.min(
                limit.toNanos(),
                auth ? limit.toNanos() : settings.queueTimeout().toNanos());
        if (!acquire(wait)) {
            return failed(
                    CallResult.QUEUE_REJECTED,
                    request,
                    "all permits in use for " + TimeUnit.NANOSECONDS.toMillis(wait) + " ms");
        }
        try {
            long ticket = breaker.enter(settings.breakerFailures(), open, System.nanoTime());
            return ticket == CircuitBreaker.REFUSED
                    ? circuitOpen(request)
                    : attempt(ticket, settings, transport, baseUrl, request, started(asked, limit), decoder);
        } finally {
            permits.release();
        }
    }

    /** The backend has its whole time from now on, however long the call waited here. */
    private Deadline started(long askedNanos, Duration limit) {
        meters.waited(askedNanos);
        return Deadline.after(limit);
    }

    private <R> Outcome<R> attempt(
            long ticket,
            HookSettings settings,
            HookTransport transport,
            String baseUrl,
            BackendCall request,
            Deadline deadline,
            Decoder<R> decoder)
            throws InterruptedException {
        boolean told = false;
        try {
            long start = System.nanoTime();
            Outcome<R> outcome = ask(transport, settings, baseUrl, request, deadline, decoder);
            meters.took(start);
            if (!(outcome instanceof Outcome.Failed<R> failed) || failed.result() != CallResult.QUEUE_REJECTED) {
                boolean success = outcome instanceof Outcome.Answered<R>;
                breaker.leave(ticket, success, settings.breakerFailures(), System.nanoTime());
                told = true;
            }
            return counted(outcome, request, decoder);
        } finally {
            if (!told) {
                breaker.abandon(ticket);
            }
        }
    }

    /** The signer of a secret, the same one for as long as the secret stays. */
    private Signer signer(String secret) {
        Signing held = signing;
        if (!held.secret().equals(secret)) {
            held = new Signing(secret, new Signer(secret));
            signing = held;
        }
        return held.signer();
    }

    private <R> Outcome<R> ask(
            HookTransport transport,
            HookSettings settings,
            String baseUrl,
            BackendCall request,
            Deadline deadline,
            Decoder<R> decoder)
            throws InterruptedException {
        BackendRequest signed = request.to(learned(settings.authBaseUrl(), baseUrl), signer(request.secret()));
        return switch (transport.call(operation, baseUrl, signed, deadline)) {
            case Answer answer -> decode(answer, baseUrl, decoder);
            case Failure failure -> new Outcome.Failed<>(failure.result(), failure.cause());
        };
    }

    /** Whether a base URL leads to another host or port than the one that is configured. */
    private boolean learned(String configured, String baseUrl) {
        if (baseUrl.equals(configured)) {
            return false;
        }
        Comparison last = comparison;
        if (!last.configured().equals(configured) || !last.baseUrl().equals(baseUrl)) {
            last = new Comparison(configured, baseUrl, HookUrls.sameServer(configured, baseUrl));
            comparison = last;
        }
        return !last.same();
    }

    private <R> Outcome<R> counted(Outcome<R> outcome, BackendCall request, Decoder<R> decoder) {
        return switch (outcome) {
            case Outcome.Answered<R> answered -> {
                meters.count(decoder.accepts(answered.answer()) ? CallResult.OK : CallResult.DENY);
                yield answered;
            }
            case Outcome.Failed<R> failed -> failed(failed.result(), request, failed.cause());
        };
    }

    private <R> Outcome<R> decode(Answer answer, String baseUrl, Decoder<R> decoder) throws InterruptedException {
        try {
            return new Outcome.Answered<>(decoder.decode(answer.body()));
        } catch (UndecodableException e) {
            return new Outcome.Failed<>(
                    CallResult.DECODE_ERROR, e.getMessage() + " from " + HookUrls.shown(baseUrl + operation.path()));
        }
    }

    private boolean acquire(long waitNanos) throws InterruptedException {
        return permits.tryAcquire() || (waitNanos > 0 && permits.tryAcquire(waitNanos, TimeUnit.NANOSECONDS));
    }

    private <R> Outcome<R> circuitOpen(BackendCall request) {
        return failed(CallResult.CIRCUIT_OPEN, request, "too many calls failed; not called for a while");
    }

    private <R> Outcome<R> failed(CallResult result, BackendCall request, String cause) {
        meters.count(result);
        meters.log(result, request.traceId(), cause);
        return new Outcome.Failed<>(result, cause);
    }
}
