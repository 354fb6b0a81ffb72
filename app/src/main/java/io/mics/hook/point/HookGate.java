package io.mics.hook.point;

import io.mics.concurrent.CircuitBreaker;
import io.mics.concurrent.Deadline;
import io.mics.concurrent.LiveSemaphore;
import io.mics.tenant.TokenBucket;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * What stands between one tenant and one version of a hook: rate, breaker, permits, deadline, in this order. What it
 * refuses costs the hook nothing and does not count against it.
 */
final class HookGate {
    private static final Duration PERMIT_WAIT = Duration.ofMillis(10);

    private final CircuitBreaker breaker = new CircuitBreaker();
    private final LiveSemaphore permits;
    private final TokenBucket rate;
    private final HookHealth health;

    HookGate(HookPolicy policy, HookHealth health) {
        this.permits = new LiveSemaphore(policy.concurrencyLimit());
        this.rate = new TokenBucket(policy.rateLimit(), System.nanoTime());
        this.health = health;
    }

    /** Takes over the limits of a policy; who holds a permit keeps it. */
    void follow(HookPolicy policy) {
        permits.resize(policy.concurrencyLimit());
        rate.rate(policy.rateLimit());
    }

    /** Makes one call under {@code policy}. */
    <A> Reply<A> call(HookPolicy policy, HookLink.Call<A> call) throws InterruptedException {
        if (!rate.tryTake()) {
            return refused(Reply.Kind.RATE_LIMITED, "more than " + policy.rateLimit() + " calls per second");
        }
        Deadline deadline = Deadline.after(policy.timeout());
        if (breaker.refuses(policy.breaker(), System.nanoTime())) {
            return circuitOpen();
        }
        if (!permits.tryAcquire() && !permits.tryAcquire(waitNanos(deadline), TimeUnit.NANOSECONDS)) {
            return refused(Reply.Kind.BUSY, "all " + policy.concurrencyLimit() + " permits in use");
        }
        try {
            long ticket = breaker.enter(policy.breaker(), System.nanoTime());
            return ticket == CircuitBreaker.REFUSED ? circuitOpen() : attempt(ticket, policy, deadline, call);
        } finally {
            permits.release();
        }
    }

    private <A> Reply<A> attempt(long ticket, HookPolicy policy, Deadline deadline, HookLink.Call<A> call)
            throws InterruptedException {
        boolean told = false;
        long start = System.nanoTime();
        try {
            Reply<A> reply = call.within(deadline);
            long end = System.nanoTime();
            boolean healthy =
                    !(reply instanceof Reply.Failed<A> failed) || !failed.kind().blamesHook();
            breaker.leave(ticket, healthy, end - start, policy.breaker(), end);
            told = true;
            health.called(reply, end - start, breaker.state());
            return reply;
        } finally {
            if (!told) {
                breaker.abandon(ticket);
            }
        }
    }

    private static long waitNanos(Deadline deadline) {
        return Math.min(PERMIT_WAIT.toNanos(), deadline.remainingNanos());
    }

    private <A> Reply<A> circuitOpen() {
        return refused(Reply.Kind.CIRCUIT_OPEN, "too many calls failed or were slow; not called for a while");
    }

    private <A> Reply<A> refused(Reply.Kind kind, String cause) {
        Reply.Failed<A> reply = new Reply.Failed<>(kind, cause);
        health.refused(reply, breaker.state());
        return reply;
    }

    int permitsInUse() {
        return permits.inUse();
    }

    HookHealth health() {
        return health;
    }
}
