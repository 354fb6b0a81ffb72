package io.mics.hook.record;

import io.mics.concurrent.Deadline;
import io.mics.hook.point.HookClient;
import io.mics.hook.point.HookDefinition;
import io.mics.hook.point.Reply;
import io.mics.sdk.plugin.DeliveryEvent;
import io.mics.sdk.plugin.HookContext;
import io.mics.sdk.plugin.HookResult;
import io.mics.sdk.plugin.MessageDraft;
import io.mics.sdk.plugin.MessageRecord;
import io.mics.sdk.plugin.RecallEvent;
import java.util.Map;
import java.util.function.Function;

/** A hook that answers drafts as it is told, takes every notice and permits every recall. */
public final class ScriptedHook implements HookClient, HookClient.Factory {
    private final Function<MessageDraft, Reply<HookResult>> behaviour;

    public ScriptedHook(Function<MessageDraft, Reply<HookResult>> behaviour) {
        this.behaviour = behaviour;
    }

    @Override
    public HookClient open(HookDefinition definition) {
        return this;
    }

    @Override
    public Reply<HookResult> preSend(HookContext context, MessageDraft draft, Deadline deadline) {
        return behaviour.apply(draft);
    }

    @Override
    public Reply<Map<String, String>> postSend(HookContext context, MessageRecord message, Deadline deadline) {
        return new Reply.Answered<>(Map.of("ticket", "HANDEDBACK"));
    }

    @Override
    public Reply<Taken> delivery(HookContext context, DeliveryEvent delivery, Deadline deadline) {
        return new Reply.Answered<>(Taken.TAKEN);
    }

    @Override
    public Reply<Boolean> permits(HookContext context, RecallEvent recall, Deadline deadline) {
        return new Reply.Answered<>(true);
    }

    @Override
    public Reply<Taken> recall(HookContext context, RecallEvent recall, Deadline deadline) {
        return new Reply.Answered<>(Taken.TAKEN);
    }

    @Override
    public Reply<Taken> probe(Deadline deadline) {
        return new Reply.Answered<>(Taken.TAKEN);
    }

    @Override
    public void close() {}
}
