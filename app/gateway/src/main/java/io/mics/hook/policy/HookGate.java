package io.mics.hook.policy;

import io.mics.concurrent.CallGuard;
import io.mics.concurrent.Deadline;
import io.mics.hook.point.HookResponse;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Guards the calls of one version of a hook for one tenant, keeps its health, and rolls a canary back whose breaker
 * opens. What is refused costs the hook nothing and does not count against it.
 */
public final class HookGate {
    private static final Duration PERMIT_WAIT = Duration.ofMillis(10);

    private final CallGuard guard;
    private final HookHealth health;
    private final Rollback rollback;
    private final AtomicReference<HookDefinition> followed;

    /** One call, to be over by a deadline. */
    public interface Call<A> {
        HookResponse<A> within(Deadline deadline) throws InterruptedException;
    }

    /** Is run when a canary is taken out of service. */
    public interface Rollback {
        void rolledBack(HookDefinition version, String cause);
    }

    /** A gate of {@code definition}, which was not called yet. */
    public HookGate(HookDefinition definition, Rollback rollback) {
        HookPolicy policy = definition.policy();
        this.rollback = rollback;
        this.followed = new AtomicReference<>(definition.withoutExceptions());
        this.guard = new CallGuard(policy.concurrencyLimit(), false, policy.rateLimit());
        this.health = new HookHealth(guard::state);
    }

    /** Takes over the limits of a changed definition, which also brings a suspended hook back; permits held stay. */
    public void follow(HookDefinition definition) {
        HookDefinition apart = definition.withoutExceptions();
        if (!followed.getAndSet(apart).equals(apart)) {
            guard.resize(definition.policy().concurrencyLimit());
            guard.rate(definition.policy().rateLimit());
            health.resume();
        }
    }

    /** Makes one call under the policy of {@code definition}. */
    public <A> HookResponse<A> call(HookDefinition definition, Call<A> call) throws InterruptedException {
        return call(definition, Deadline.NEVER, call);
    }

    /** The same; it is over at {@code latest}, which is no fault of the hook when it comes before its own time-out. */
    public <A> HookResponse<A> call(HookDefinition definition, Deadline latest, Call<A> call)
            throws InterruptedException {
        HookPolicy policy = definition.policy();
        return switch (guard.admit(new CallGuard.Policy(policy.timeout(), permitWait(policy), policy.breaker()))) {
            case CallGuard.Refused refused -> refused(refused, policy);
            case CallGuard.Admitted admitted -> {
                try (admitted) {
                    yield attempt(admitted, definition, latest, call);
                }
            }
        };
    }

    private static Duration permitWait(HookPolicy policy) {
        return policy.timeout().compareTo(PERMIT_WAIT) < 0 ? policy.timeout() : PERMIT_WAIT;
    }

    private <A> HookResponse<A> refused(CallGuard.Refused refused, HookPolicy policy) {
        return switch (refused) {
            case RATE_LIMITED ->
                refused(HookResponse.Kind.RATE_LIMITED, "more than " + policy.rateLimit() + " calls per second");
            case CIRCUIT_OPEN ->
                refused(HookResponse.Kind.CIRCUIT_OPEN, "too many calls failed or were slow; not called for a while");
            case NO_PERMIT -> refused(HookResponse.Kind.BUSY, "all " + policy.concurrencyLimit() + " permits in use");
        };
    }

    private <A> HookResponse<A> attempt(
            CallGuard.Admitted admitted, HookDefinition definition, Deadline latest, Call<A> call)
            throws InterruptedException {
        Deadline own = admitted.deadline();
        Deadline given = own.earlier(latest);
        HookResponse<A> response = call.within(given);
        long took = admitted.tookNanos();
        if (response instanceof HookResponse.Failed<A> failed && !saysSomething(failed.kind(), own, given)) {
            HookResponse<A> noted = failed.kind() == HookResponse.Kind.TIMEOUT
                    ? cutShort(failed, own, given, admitted.startNanos())
                    : failed;
            health.called(noted, took);
            return noted;
        }
        boolean opened = admitted.settle(response instanceof HookResponse.Answered<A>, took);
        health.called(response, took);
        if (opened) {
            opened(definition);
        }
        return response;
    }

    /** Whether a failure is the hook's: it was called, and had its whole time if it did not answer. */
    private static boolean saysSomething(HookResponse.Kind kind, Deadline own, Deadline given) {
        return kind == HookResponse.Kind.TIMEOUT ? given.equals(own) : kind.isAttempt();
    }

    private static <A> HookResponse<A> cutShort(
            HookResponse.Failed<A> failed, Deadline own, Deadline given, long start) {
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
            rollback.rolledBack(definition, why);
        }
    }

    private <A> HookResponse<A> refused(HookResponse.Kind kind, String cause) {
        HookResponse.Failed<A> response = new HookResponse.Failed<>(kind, cause);
        health.refused(response);
        return response;
    }

    /** Calls in flight. */
    public int permitsInUse() {
        return guard.permitsInUse();
    }

    /** How the hook is. */
    public HookHealth health() {
        return health;
    }
}
