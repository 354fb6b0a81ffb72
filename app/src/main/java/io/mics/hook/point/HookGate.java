package io.mics.hook.point;

import io.mics.concurrent.CircuitBreaker;
import io.mics.concurrent.Deadline;
import io.mics.concurrent.LiveSemaphore;
import io.mics.concurrent.TokenBucket;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * What stands between one tenant and one version of a hook: rate, breaker, permits, deadline, in this order. What it
 * refuses costs the hook nothing and does not count against it.
 */
final class HookGate {
    private static final Duration PERMIT_WAIT = Duration.ofMillis(10);

    private final CircuitBreaker breaker = new CircuitBreaker();
    private final LiveSemaphore permits;
    private final TokenBucket rate;
    private final HookHealth health = new HookHealth(breaker);
    private final String tenant;
    private final HookExecution.Sink record;
    private final AtomicReference<HookDefinition> followed;

    HookGate(String tenant, HookDefinition definition, HookExecution.Sink record) {
        HookPolicy policy = definition.policy();
        this.tenant = tenant;
        this.record = record;
        this.followed = new AtomicReference<>(definition.withoutExceptions());
        this.permits = new LiveSemaphore(policy.concurrencyLimit());
        this.rate = new TokenBucket(policy.rateLimit(), System.nanoTime());
    }

    /** Takes over the limits of a changed definition, which also brings a suspended hook back; permits held stay. */
    void follow(HookDefinition definition) {
        HookDefinition apart = definition.withoutExceptions();
        if (!followed.getAndSet(apart).equals(apart)) {
            permits.resize(definition.policy().concurrencyLimit());
            rate.rate(definition.policy().rateLimit());
            health.resume();
        }
    }

    /** Makes one call under the policy of {@code definition}. */
    <A> HookResponse<A> call(HookDefinition definition, BoundHook.Call<A> call) throws InterruptedException {
        return call(definition, Deadline.NEVER, call);
    }

    /** The same; it is over at {@code latest}, which is no fault of the hook when it comes before its own time-out. */
    <A> HookResponse<A> call(HookDefinition definition, Deadline latest, BoundHook.Call<A> call) throws InterruptedException {
        HookPolicy policy = definition.policy();
        if (!rate.tryTake()) {
            return refused(HookResponse.Kind.RATE_LIMITED, "more than " + policy.rateLimit() + " calls per second");
        }
        if (breaker.refuses(policy.breaker(), System.nanoTime())) {
            return circuitOpen();
        }
        if (!permits.tryAcquire() && !permits.tryAcquire(waitNanos(policy.timeout()), TimeUnit.NANOSECONDS)) {
            return refused(HookResponse.Kind.BUSY, "all " + policy.concurrencyLimit() + " permits in use");
        }
        try {
            long ticket = breaker.enter(policy.breaker(), System.nanoTime());
            return ticket == CircuitBreaker.REFUSED ? circuitOpen() : attempt(ticket, definition, latest, call);
        } finally {
            permits.release();
        }
    }

    /** The hook has its whole time from now on, however long the call waited here. */
    private <A> HookResponse<A> attempt(long ticket, HookDefinition definition, Deadline latest, BoundHook.Call<A> call)
            throws InterruptedException {
        boolean told = false;
        Deadline own = Deadline.after(definition.policy().timeout());
        Deadline deadline = own.earlier(latest);
        long start = System.nanoTime();
        try {
            HookResponse<A> response = call.within(deadline);
            long end = System.nanoTime();
            if (response instanceof HookResponse.Failed<A> failed && !saysSomething(failed.kind(), own, deadline)) {
                HookResponse<A> noted = failed.kind() == HookResponse.Kind.TIMEOUT ? cutShort(failed, own, deadline, start) : failed;
                health.called(noted, end - start);
                return noted;
            }
            boolean healthy = response instanceof HookResponse.Answered<A>;
            boolean opened = breaker.leave(
                    ticket, healthy, end - start, definition.policy().breaker(), end);
            told = true;
            health.called(response, end - start);
            if (opened) {
                opened(definition);
            }
            return response;
        } finally {
            if (!told) {
                breaker.abandon(ticket);
            }
        }
    }

    /** Whether a failure is the hook's: it was called, and had its whole time if it did not answer. */
    private static boolean saysSomething(HookResponse.Kind kind, Deadline own, Deadline given) {
        return kind == HookResponse.Kind.TIMEOUT ? given.equals(own) : kind.isAttempt();
    }

    private static <A> HookResponse<A> cutShort(HookResponse.Failed<A> failed, Deadline own, Deadline given, long start) {
        long part = TimeUnit.NANOSECONDS.toMillis(given.atNanos() - start);
        long whole = TimeUnit.NANOSECONDS.toMillis(own.atNanos() - start);
        String cause = failed.cause() + "; it was given " + part + " ms of its " + whole + " ms";
        return new HookResponse.Failed<>(failed.kind(), cause);
    }

    /** A canary that fails is taken out of service; its users go back to the version before. */
    private void opened(HookDefinition definition) {
        if (definition.rollout().isPartial() && !health.isSuspended()) {
            String why = "rolled back: its breaker opened" + (health.cause().isEmpty() ? "" : "; " + health.cause());
            health.suspend(why);
            record.rolledBack(tenant, definition, why);
        }
    }

    private static long waitNanos(Duration timeout) {
        return Math.min(PERMIT_WAIT.toNanos(), timeout.toNanos());
    }

    private <A> HookResponse<A> circuitOpen() {
        return refused(HookResponse.Kind.CIRCUIT_OPEN, "too many calls failed or were slow; not called for a while");
    }

    private <A> HookResponse<A> refused(HookResponse.Kind kind, String cause) {
        HookResponse.Failed<A> response = new HookResponse.Failed<>(kind, cause);
        health.refused(response);
        return response;
    }

    int permitsInUse() {
        return permits.inUse();
    }

    HookHealth health() {
        return health;
    }
}
