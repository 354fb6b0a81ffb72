package io.mics.hook.point;

import io.mics.concurrent.Deadline;
import io.mics.sdk.plugin.DeliveryEvent;
import io.mics.sdk.plugin.HookContext;
import io.mics.sdk.plugin.HookResult;
import io.mics.sdk.plugin.MessageDraft;
import io.mics.sdk.plugin.MessageRecord;
import io.mics.sdk.plugin.RecallEvent;
import java.util.Map;

/** One hook as one tenant meets it: its definition, its far end, and what protects both from each other. */
public final class HookLink {
    private final HookDefinition definition;
    private final HookClient client;
    private final HookGate gate;

    HookLink(HookDefinition definition, HookClient client, HookGate gate) {
        this.definition = definition;
        this.client = client;
        this.gate = gate;
    }

    public HookDefinition definition() {
        return definition;
    }

    /** Whether this version is the one for the user. */
    boolean isFor(Occasion occasion) {
        return definition.rollout().includes(definition.name(), occasion.tenant(), occasion.user())
                && !(definition.rollout().isPartial() && gate.health().isSuspended());
    }

    /** Asks a pre-send hook; blocks for its time-out at most. */
    public Reply<HookResult> preSend(HookContext context, MessageDraft draft) throws InterruptedException {
        return gate.call(definition.policy(), deadline -> client.preSend(context, draft, deadline));
    }

    /** Tells a post-send hook; blocks for its time-out at most. */
    public Reply<Map<String, String>> postSend(HookContext context, MessageRecord message) throws InterruptedException {
        return gate.call(definition.policy(), deadline -> client.postSend(context, message, deadline));
    }

    /** Tells a delivery hook; blocks for its time-out at most. */
    public Reply<HookClient.Taken> delivery(HookContext context, DeliveryEvent delivery) throws InterruptedException {
        return gate.call(definition.policy(), deadline -> client.delivery(context, delivery, deadline));
    }

    /** Asks a recall hook; blocks for its time-out at most. */
    public Reply<Boolean> permits(HookContext context, RecallEvent recall) throws InterruptedException {
        return gate.call(definition.policy(), deadline -> client.permits(context, recall, deadline));
    }

    /** Tells a recall hook; blocks for its time-out at most. */
    public Reply<HookClient.Taken> recall(HookContext context, RecallEvent recall) throws InterruptedException {
        return gate.call(definition.policy(), deadline -> client.recall(context, recall, deadline));
    }

    /** One call, to be over by a deadline. */
    interface Call<A> {
        Reply<A> within(Deadline deadline) throws InterruptedException;
    }
}
