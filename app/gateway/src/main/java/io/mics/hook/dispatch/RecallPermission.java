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
    private static final Decision NOT_ENABLED = new Decision.Denied("recall is not enabled");

    private final HookRegistry hooks;
    private final UnaryOperator<String> businessTypes;
    private final PostSendResultCache results;
    private final HookExecution.Sink record;
    private final Predicate<String> openTenants;

    /** Whether a message may be recalled. */
    public sealed interface Decision {
        /**
         * Nobody said no.
         *
         * @param byHook whether a hook said yes; else it is allowed where no hook is there to say so
         */
        record Allowed(boolean byHook) implements Decision {}

        /** One said no, or nothing, and {@code why} names it; or no hook is there to say yes. */
        record Denied(String why) implements Decision {}
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
    public Decision ask(HookEvent.Recalled event) throws InterruptedException {
        String businessType = businessTypes.apply(event.context().tenant());
        List<BoundHook> boundHooks =
                hooks.boundHooks(HookPoint.RECALL, event.context().matchInput(businessType));
        Decision decision = openTenants.test(event.context().tenant()) ? new Decision.Allowed(false) : NOT_ENABLED;
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
                decision = decision(name, response);
                if (decision instanceof Decision.Denied) {
                    return decision;
                }
            }
        }
        return decision;
    }

    private static Decision decision(String hook, HookResponse<Boolean> response) {
        return switch (response) {
            case HookResponse.Answered<Boolean> answered ->
                answered.answer() ? new Decision.Allowed(true) : new Decision.Denied("recall denied by hook " + hook);
            case HookResponse.Failed<Boolean> failed -> new Decision.Denied("no answer from recall hook " + hook);
        };
    }
}
