package io.mics.hook.dispatch;

import io.mics.hook.point.HookPoint;
import io.mics.hook.point.HookResponse;
import io.mics.hook.point.RecallRequest;
import io.mics.hook.policy.HookDefinition.Mode;
import io.mics.hook.registry.BoundHook;
import io.mics.hook.registry.HookExecution;
import io.mics.hook.registry.HookRegistry;
import io.mics.sdk.plugin.RecallEvent;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * Asks recall hooks whether a message may be taken back: every one in turn, on the caller's thread. One no is a no, and
 * so is one that gives no answer. A hook in shadow mode is asked, and nothing else.
 */
public final class RecallPermission {
    private final HookRegistry hooks;
    private final UnaryOperator<String> businessTypes;
    private final PostSendResultCache results;
    private final HookExecution.Sink record;
    private final Predicate<String> openTenants;

    /** What the hooks said. */
    public sealed interface Verdict {
        /** All of them said yes. */
        record Allowed() implements Verdict {}

        /** No hook is there to say yes. */
        record NotEnabled() implements Verdict {}

        /** One said no, or nothing; {@code why} names it. */
        record Denied(String why) implements Verdict {}
    }

    /**
     * Asks the hooks of a registry.
     *
     * @param businessTypes a tenant's {@code business-type} by its id; empty when it has none
     * @param results       of post-send hooks, handed back to the hooks that gave them
     * @param record        records every call
     * @param openTenants   whose users may recall where no hook is there to say so
     */
    public RecallPermission(
            HookRegistry hooks,
            UnaryOperator<String> businessTypes,
            PostSendResultCache results,
            HookExecution.Sink record,
            Predicate<String> openTenants) {
        this.openTenants = openTenants;
        this.hooks = hooks;
        this.businessTypes = businessTypes;
        this.results = results;
        this.record = record;
    }

    /** Asks about a recall; blocks for each hook's time-out at most. */
    public Verdict ask(HookEvent.Recalled event) throws InterruptedException {
        String businessType = businessTypes.apply(event.context().tenant());
        List<BoundHook> boundHooks =
                hooks.boundHooks(HookPoint.RECALL, event.context().matchInput(businessType));
        Verdict verdict = openTenants.test(event.context().tenant()) ? new Verdict.Allowed() : new Verdict.NotEnabled();
        for (BoundHook bound : boundHooks) {
            String name = bound.definition().name();
            RecallEvent recall = new RecallEvent(
                    event.recall().messageId(),
                    event.recall().operatorId(),
                    event.recall().recalledAt(),
                    results.get(event, name));
            long start = System.nanoTime();
            HookResponse<Boolean> response = bound.call(
                    HookContexts.check(event, bound.definition(), businessType), new RecallRequest.Check(recall));
            boolean yes = response instanceof HookResponse.Answered<Boolean> answered && answered.answer();
            record.executed(HookContexts.execution(event, bound.definition(), response, yes ? "allow" : "stop", start));
            if (bound.definition().mode() == Mode.ENFORCE) {
                verdict = verdict(name, response);
            }
            if (verdict instanceof Verdict.Denied) {
                return verdict;
            }
        }
        return verdict;
    }

    private static Verdict verdict(String hook, HookResponse<Boolean> response) {
        return switch (response) {
            case HookResponse.Answered<Boolean> answered ->
                answered.answer() ? new Verdict.Allowed() : new Verdict.Denied("recall denied by hook " + hook);
            case HookResponse.Failed<Boolean> failed -> new Verdict.Denied("no answer from recall hook " + hook);
        };
    }
}
