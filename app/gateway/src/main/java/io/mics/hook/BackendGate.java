package io.mics.hook;

import io.mics.concurrent.CallGuard;
import io.mics.concurrent.CircuitBreaker;
import io.mics.concurrent.Deadline;
import io.mics.hook.point.HookResponse;
import io.mics.hook.point.HookResponse.Kind;
import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import io.mics.sdk.sign.Signer;
import io.mics.tenant.BackendSettings;
import java.time.Duration;

/** Makes the calls of one tenant's one operation to its backend: signed, guarded, decoded, counted. */
final class BackendGate {
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
    private static final double UNLIMITED = 0;

    private final BackendOperation operation;
    private final BackendMeters meters;
    private final CallGuard guard = new CallGuard(AUTH_PERMITS, true, UNLIMITED);
    private volatile Signing signing = new Signing("", new Signer(""));

    private volatile Comparison comparison = new Comparison("", "", true);

    /** Two base URLs and whether they lead to one server. */
    private record Comparison(String configured, String baseUrl, boolean same) {}

    private record Signing(String secret, Signer signer) {}

    BackendGate(Metrics metrics, String tenant, BackendOperation operation) {
        this.operation = operation;
        this.meters = new BackendMeters(metrics, tenant, operation);
        metrics.gauge(Metric.LIMIT_PERMITS_IN_USE, guard::permitsInUse, tenant, "hook-" + operation.label());
    }

    int permitsInUse() {
        return guard.permitsInUse();
    }

    /** Makes one call under the settings of this moment. */
    <R> HookResponse<R> call(
            BackendSettings settings, BackendTransport transport, String baseUrl, BackendCall call, Decoder<R> decoder)
            throws InterruptedException {
        if (settings.signRequired() && call.secret().isEmpty()) {
            return failed(Kind.SIGN_REQUIRED, call, "signatures are required but no secret is configured");
        }
        if (transport.immediate()) {
            return counted(ask(transport, settings, baseUrl, call, Deadline.NEVER, decoder), call, decoder);
        }
        guard.resize(operation == BackendOperation.AUTH ? AUTH_PERMITS : settings.maxConcurrency());
        CallGuard.Policy policy = policy(settings);
        long asked = System.nanoTime();
        return switch (guard.admit(policy)) {
            case CallGuard.Refused refused -> refused(refused, policy, call);
            case CallGuard.Admitted admitted -> {
                try (admitted) {
                    meters.waited(asked);
                    yield attempt(admitted, settings, transport, baseUrl, call, decoder);
                }
            }
        };
    }

    /** {@code /auth} may wait for a permit as long as for its answer. */
    private CallGuard.Policy policy(BackendSettings settings) {
        boolean auth = operation == BackendOperation.AUTH;
        Duration timeout = auth && !settings.authTimeout().isZero() ? settings.authTimeout() : settings.timeout();
        Duration wait = auth || settings.queueTimeout().compareTo(timeout) > 0 ? timeout : settings.queueTimeout();
        return new CallGuard.Policy(
                timeout,
                wait,
                CircuitBreaker.Rules.ofFailures(
                        settings.breakerFailures(), settings.breakerOpen().toNanos()));
    }

    private <R> HookResponse<R> refused(CallGuard.Refused refused, CallGuard.Policy policy, BackendCall call) {
        return switch (refused) {
            case CIRCUIT_OPEN -> failed(Kind.CIRCUIT_OPEN, call, "too many calls failed; not called for a while");
            case NO_PERMIT, RATE_LIMITED ->
                failed(
                        Kind.BUSY,
                        call,
                        "all permits in use for " + policy.permitWait().toMillis() + " ms");
        };
    }

    private <R> HookResponse<R> attempt(
            CallGuard.Admitted admitted,
            BackendSettings settings,
            BackendTransport transport,
            String baseUrl,
            BackendCall call,
            Decoder<R> decoder)
            throws InterruptedException {
        HookResponse<R> response = ask(transport, settings, baseUrl, call, admitted.deadline(), decoder);
        meters.took(admitted.startNanos());
        if (!(response instanceof HookResponse.Failed<R> failed) || failed.kind() != Kind.BUSY) {
            admitted.settle(response instanceof HookResponse.Answered<R>, admitted.tookNanos());
        }
        return counted(response, call, decoder);
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

    private <R> HookResponse<R> ask(
            BackendTransport transport,
            BackendSettings settings,
            String baseUrl,
            BackendCall call,
            Deadline deadline,
            Decoder<R> decoder)
            throws InterruptedException {
        BackendRequest signed = call.to(learned(settings.authBaseUrl(), baseUrl), signer(call.secret()));
        return switch (transport.call(operation, baseUrl, signed, deadline)) {
            case HookResponse.Answered<byte[]> answered -> decode(answered.answer(), baseUrl, decoder);
            case HookResponse.Failed<byte[]> failed -> new HookResponse.Failed<>(failed.kind(), failed.cause());
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

    private <R> HookResponse<R> counted(HookResponse<R> response, BackendCall call, Decoder<R> decoder) {
        return switch (response) {
            case HookResponse.Answered<R> answered -> {
                meters.count(decoder.accepts(answered.answer()) ? CallResult.OK : CallResult.DENY);
                yield answered;
            }
            case HookResponse.Failed<R> failed -> failed(failed.kind(), call, failed.cause());
        };
    }

    private <R> HookResponse<R> decode(byte[] answer, String baseUrl, Decoder<R> decoder) throws InterruptedException {
        try {
            return new HookResponse.Answered<>(decoder.decode(answer));
        } catch (UndecodableException e) {
            return new HookResponse.Failed<>(
                    Kind.UNDECODABLE, e.getMessage() + " from " + HookUrls.shown(baseUrl + operation.path()));
        }
    }

    private <R> HookResponse<R> failed(Kind kind, BackendCall call, String cause) {
        CallResult result = CallResult.of(kind);
        meters.count(result);
        meters.log(result, call.traceId(), cause);
        return new HookResponse.Failed<>(kind, cause);
    }
}
