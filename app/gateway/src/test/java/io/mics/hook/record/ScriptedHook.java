package io.mics.hook.record;

import io.mics.concurrent.Deadline;
import io.mics.hook.point.Acknowledged;
import io.mics.hook.point.FakeAnswers;
import io.mics.hook.point.HookClient;
import io.mics.hook.point.HookRequest;
import io.mics.hook.point.HookResponse;
import io.mics.hook.policy.HookClientFactory;
import io.mics.hook.policy.HookDefinition;
import io.mics.sdk.plugin.HookContext;
import io.mics.sdk.plugin.HookResult;
import io.mics.sdk.plugin.MessageDraft;
import java.util.Map;
import java.util.function.Function;

/** A hook that answers drafts as it is scripted, takes every notification and permits every recall. */
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
    public <A> HookResponse<A> call(HookContext context, HookRequest<A> request, Deadline deadline) {
        return new FakeAnswers() {
            @Override
            public HookResult verdict(MessageDraft sent) throws UnusableException {
                return answerOf(behaviour.apply(sent));
            }

            @Override
            public Map<String, String> result() {
                return Map.of("ticket", "HANDEDBACK");
            }
        }.responseTo(request);
    }

    @Override
    public HookResponse<Acknowledged> probe(Deadline deadline) {
        return new HookResponse.Answered<>(Acknowledged.ACKNOWLEDGED);
    }

    @Override
    public void close() {}
}
