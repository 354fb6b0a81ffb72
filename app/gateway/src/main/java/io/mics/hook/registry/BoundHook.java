package io.mics.hook.registry;

import io.mics.concurrent.Deadline;
import io.mics.hook.point.HookClient;
import io.mics.hook.point.HookRequest;
import io.mics.hook.point.HookResponse;
import io.mics.hook.policy.HookDefinition;
import io.mics.hook.policy.HookGate;
import io.mics.hook.policy.MatchInput;
import io.mics.sdk.plugin.HookContext;
import java.util.Optional;

/** One version of a hook for one tenant: its definition, its client, and what protects both sides. */
public final class BoundHook {
    private final HookDefinition definition;
    private final HookClient client;
    private final HookGate gate;
    private final Optional<BoundHook> fallback;

    BoundHook(HookDefinition definition, HookClient client, HookGate gate) {
        this(definition, client, gate, Optional.empty());
    }

    private BoundHook(HookDefinition definition, HookClient client, HookGate gate, Optional<BoundHook> fallback) {
        this.definition = definition;
        this.client = client;
        this.gate = gate;
        this.fallback = fallback;
    }

    /** This hook, for a user for whom {@code earlier} is the fallback when it gives no answer. */
    BoundHook before(Optional<BoundHook> earlier) {
        return earlier.isEmpty() ? this : new BoundHook(definition, client, gate, earlier);
    }

    /** The earlier version to ask when this one, a canary, gives no answer. */
    public Optional<BoundHook> fallback() {
        return fallback;
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

    /**
     * Asks this version, or notifies it; blocks for its time-out, and the wait for a permit, at most, and no longer
     * than {@code latest}.
     */
    public <A> HookResponse<A> call(HookContext context, HookRequest<A> request, Deadline latest)
            throws InterruptedException {
        return gate.call(definition, latest, deadline -> client.call(context, request, deadline));
    }

    /** The same, with no limit but the hook's own. */
    public <A> HookResponse<A> call(HookContext context, HookRequest<A> request) throws InterruptedException {
        return call(context, request, Deadline.NEVER);
    }
}
