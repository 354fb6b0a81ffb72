package io.mics.hook.registry;

import io.mics.hook.point.HookClient;
import io.mics.hook.point.HookResponse;
import io.mics.hook.policy.HookDefinition;
import io.mics.hook.policy.HookGate;
import io.mics.hook.policy.MatchInput;
import io.mics.concurrent.Deadline;
import io.mics.sdk.plugin.Admission;
import io.mics.sdk.plugin.DeliveryEvent;
import io.mics.sdk.plugin.EntryEvent;
import io.mics.sdk.plugin.HeartbeatEvent;
import io.mics.sdk.plugin.HookContext;
import io.mics.sdk.plugin.HookResult;
import io.mics.sdk.plugin.LoginEvent;
import io.mics.sdk.plugin.MessageDraft;
import io.mics.sdk.plugin.MessageRecord;
import io.mics.sdk.plugin.RecallEvent;
import java.util.Map;
import java.util.Optional;

/** One hook as one tenant meets it: its definition, its far end, and what protects both from each other. */
public final class BoundHook {
    private final HookDefinition definition;
    private final HookClient client;
    private final HookGate gate;
    private final Optional<BoundHook> standIn;

    BoundHook(HookDefinition definition, HookClient client, HookGate gate) {
        this(definition, client, gate, Optional.empty());
    }

    private BoundHook(HookDefinition definition, HookClient client, HookGate gate, Optional<BoundHook> standIn) {
        this.definition = definition;
        this.client = client;
        this.gate = gate;
        this.standIn = standIn;
    }

    /** This link, for a user for whom {@code earlier} stands in when it gives no answer. */
    BoundHook before(Optional<BoundHook> earlier) {
        return earlier.isEmpty() ? this : new BoundHook(definition, client, gate, earlier);
    }

    /** The earlier version to ask when this one, a canary, gives no answer. */
    public Optional<BoundHook> standIn() {
        return standIn;
    }

    /** What rides on events: name and version. */
    String featureVersion() {
        return definition.name() + "=" + definition.version();
    }

    public HookDefinition definition() {
        return definition;
    }

    /** Whether this version is the one for the user. */
    boolean isFor(MatchInput input) {
        return definition.rollout().includes(definition.name(), input.tenant(), input.user())
                && !gate.health().isSuspended();
    }

    /** Asks a pre-send hook; blocks for its time-out at most, and no longer than {@code latest}. */
    public HookResponse<HookResult> preSend(HookContext context, MessageDraft draft, Deadline latest)
            throws InterruptedException {
        return gate.call(definition, latest, deadline -> client.preSend(context, draft, deadline));
    }

    /** Tells a post-send hook; blocks for its time-out at most. */
    public HookResponse<Map<String, String>> postSend(HookContext context, MessageRecord message) throws InterruptedException {
        return gate.call(definition, deadline -> client.postSend(context, message, deadline));
    }

    /** Tells a delivery hook; blocks for its time-out at most. */
    public HookResponse<HookClient.Taken> delivery(HookContext context, DeliveryEvent delivery) throws InterruptedException {
        return gate.call(definition, deadline -> client.delivery(context, delivery, deadline));
    }

    /** Asks a recall hook; blocks for its time-out at most. */
    public HookResponse<Boolean> permits(HookContext context, RecallEvent recall) throws InterruptedException {
        return gate.call(definition, deadline -> client.permits(context, recall, deadline));
    }

    /** Tells a recall hook; blocks for its time-out at most. */
    public HookResponse<HookClient.Taken> recall(HookContext context, RecallEvent recall) throws InterruptedException {
        return gate.call(definition, deadline -> client.recall(context, recall, deadline));
    }

    /** Asks an entry hook; blocks for its time-out at most. */
    HookResponse<Admission> entry(HookContext context, EntryEvent entry) throws InterruptedException {
        return gate.call(definition, deadline -> client.entry(context, entry, deadline));
    }

    /** Asks a login hook; blocks for its time-out at most. */
    HookResponse<Admission> login(HookContext context, LoginEvent login) throws InterruptedException {
        return gate.call(definition, deadline -> client.login(context, login, deadline));
    }

    /** Tells a heartbeat hook; blocks for its time-out at most. */
    HookResponse<HookClient.Taken> heartbeat(HookContext context, HeartbeatEvent heartbeat) throws InterruptedException {
        return gate.call(definition, deadline -> client.heartbeat(context, heartbeat, deadline));
    }
}
