package io.mics.hook.record;

import io.mics.hook.policy.HookClientFactory;
import io.mics.concurrent.Deadline;
import io.mics.hook.point.HookClient;
import io.mics.hook.policy.HookDefinition;
import io.mics.hook.point.HookResponse;
import io.mics.sdk.plugin.DeliveryEvent;
import io.mics.sdk.plugin.HookContext;
import io.mics.sdk.plugin.HookResult;
import io.mics.sdk.plugin.MessageDraft;
import io.mics.sdk.plugin.MessageRecord;
import io.mics.sdk.plugin.RecallEvent;
import java.util.Map;
import java.util.function.Function;

/** A hook that answers drafts as it is scripted, takes every notice and permits every recall. */
public final class ScriptedHook implements HookClient, HookClientFactory {
    private final Function<MessageDraft, HookResponse<HookResult>> behaviour;

    public ScriptedHook(Function<MessageDraft, HookResponse<HookResult>> behaviour) {
        this.behaviour = behaviour;
    }

    @Override
    public HookClient open(HookDefinition definition) {
        return this;
    }

    @Override
    public HookResponse<HookResult> preSend(HookContext context, MessageDraft draft, Deadline deadline) {
        return behaviour.apply(draft);
    }

    @Override
    public HookResponse<Map<String, String>> postSend(HookContext context, MessageRecord message, Deadline deadline) {
        return new HookResponse.Answered<>(Map.of("ticket", "HANDEDBACK"));
    }

    @Override
    public HookResponse<Taken> delivery(HookContext context, DeliveryEvent delivery, Deadline deadline) {
        return new HookResponse.Answered<>(Taken.TAKEN);
    }

    @Override
    public HookResponse<Boolean> permits(HookContext context, RecallEvent recall, Deadline deadline) {
        return new HookResponse.Answered<>(true);
    }

    @Override
    public HookResponse<Taken> recall(HookContext context, RecallEvent recall, Deadline deadline) {
        return new HookResponse.Answered<>(Taken.TAKEN);
    }

    @Override
    public HookResponse<Taken> probe(Deadline deadline) {
        return new HookResponse.Answered<>(Taken.TAKEN);
    }

    @Override
    public void close() {}
}
