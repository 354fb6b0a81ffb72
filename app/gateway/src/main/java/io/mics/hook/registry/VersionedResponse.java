package io.mics.hook.registry;

import io.mics.hook.point.HookResponse;
import io.mics.hook.policy.HookDefinition.Mode;
import io.mics.tenant.BackendSettings.OnFailure;
import java.util.Optional;

/**
 * What came of asking one hook.
 *
 * @param by    the version that was asked last
 * @param response what it answered
 */
record VersionedResponse<A>(BoundHook by, HookResponse<A> response) {
    /** One question, to whichever version of a hook. */
    interface Question<A> {
        HookResponse<A> put(BoundHook hook) throws InterruptedException;
    }

    /** Asks a hook; a canary that gives no answer is stood in for by the version before it. */
    static <A> VersionedResponse<A> of(BoundHook hook, Question<A> question) throws InterruptedException {
        BoundHook asked = hook;
        HookResponse<A> response = question.put(asked);
        for (Optional<BoundHook> before = asked.fallback();
                response instanceof HookResponse.Failed && before.isPresent();
                before = asked.fallback()) {
            asked = before.get();
            response = question.put(asked);
        }
        return new VersionedResponse<>(asked, response);
    }

    /** Whether it changes anything. */
    boolean counts() {
        return by.definition().mode() == Mode.ENFORCE;
    }

    /** Whether nothing may go on when the hook gave no answer. */
    boolean deniesOnFailure() {
        return by.definition().policy().onFailure() == OnFailure.DENY;
    }
}
