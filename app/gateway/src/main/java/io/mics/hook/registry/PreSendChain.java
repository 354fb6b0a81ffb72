package io.mics.hook.registry;

import com.google.protobuf.UnsafeByteOperations;
import io.mics.concurrent.Deadline;
import io.mics.hook.SendDecision;
import io.mics.hook.SendDecision.Denied;
import io.mics.hook.TenantBackend;
import io.mics.hook.point.HookPoint;
import io.mics.hook.point.HookResponse;
import io.mics.hook.point.PreSendRequest;
import io.mics.hook.policy.HookDefinition;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.sdk.plugin.HookResult;
import io.mics.sdk.plugin.MessageDraft;
import io.mics.tenant.Tenant;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What a message passes before it is accepted: the tenant's {@code /check-message} first, then every matching pre-send
 * hook in order of priority; the first that stops it ends the chain. Runs on the sender's thread.
 */
public final class PreSendChain {
    private final TenantBackend backend;
    private final HookRegistry registry;
    private final HookExecution.Sink record;
    private final int maxBodyBytes;
    private final Duration altogether;

    /**
     * A chain.
     *
     * @param maxBodyBytes how large a hook may make a body; 0 is unlimited
     * @param altogether   what all hooks of a message may take; what is left over then counts as not answered. Zero is
     *                     no limit but each hook's own
     */
    public PreSendChain(
            TenantBackend backend,
            HookRegistry registry,
            HookExecution.Sink record,
            int maxBodyBytes,
            Duration altogether) {
        this.altogether = altogether;
        this.backend = backend;
        this.registry = registry;
        this.record = record;
        this.maxBodyBytes = maxBodyBytes;
    }

    /** Whether nobody is asked who could let the caller wait. */
    public boolean answersAtOnce(Tenant tenant) {
        return backend.isLocal(tenant) && !registry.has(HookPoint.PRE_SEND);
    }

    /**
     * Asks everybody who has a say; blocks for their deadlines at most.
     *
     * @param pending the message in the words of the hooks, asked for only where there are any
     */
    public SendDecision ask(Tenant tenant, MessageRequest message, String traceId, Supplier<PendingMessage> pending)
            throws InterruptedException {
        Deadline deadline = altogether.isZero() ? Deadline.NEVER : Deadline.after(altogether);
        SendDecision decision = backend.checkMessage(tenant, message, traceId);
        if (decision instanceof SendDecision.Denied || !registry.has(HookPoint.PRE_SEND)) {
            return decision;
        }
        PendingMessage asked = pending.get();
        List<BoundHook> hooks = registry.boundHooks(HookPoint.PRE_SEND, asked.matchInput());
        return hooks.isEmpty() ? decision : ask(asked, hooks, deadline);
    }

    private SendDecision ask(PendingMessage pending, List<BoundHook> hooks, Deadline deadline)
            throws InterruptedException {
        Progress progress = new Progress(pending, deadline);
        for (BoundHook hook : hooks) {
            Optional<Denied> end = progress.pass(hook);
            if (end.isPresent()) {
                return end.get();
            }
        }
        return progress.through();
    }

    /** One message on the chain. */
    private final class Progress {
        private final PendingMessage pending;
        private final Deadline deadline;
        private final MessageDraft received;
        private final StringBuilder passed = new StringBuilder();
        private DraftRevision now;

        Progress(PendingMessage pending, Deadline deadline) {
            this.pending = pending;
            this.deadline = deadline;
            this.received = pending.draft();
            this.now = new DraftRevision(received, Map.of(), List.of());
        }

        Optional<Denied> pass(BoundHook hook) throws InterruptedException {
            VersionedResponse<HookResult> versioned = VersionedResponse.of(hook, this::call);
            if (!versioned.counts()) {
                return Optional.empty();
            }
            passed.append(passed.isEmpty() ? "" : ",").append(versioned.by().featureVersion());
            return switch (versioned.response()) {
                case HookResponse.Answered<HookResult> answered ->
                    follow(versioned.by().definition(), answered.answer());
                case HookResponse.Failed<HookResult> failed ->
                    versioned.deniesOnFailure()
                            ? Optional.of(new Denied(failed.kind().ackReason()))
                            : Optional.empty();
            };
        }

        private Optional<Denied> follow(HookDefinition hook, HookResult result) {
            return switch (result) {
                case HookResult.Stop stop -> Optional.of(new Denied(stop.code(), hook.refusal(stop.message())));
                case HookResult.Continue on -> {
                    now = DraftRevision.of(
                            now.draft(), now.tags(), on, pending.settings().draftChanges());
                    yield Optional.empty();
                }
            };
        }

        private HookResponse<HookResult> call(BoundHook hook) throws InterruptedException {
            long start = System.nanoTime();
            HookResponse<HookResult> response = deadline.expired()
                    ? new HookResponse.Failed<>(
                            HookResponse.Kind.TIMEOUT, "not called: the hooks before it took hooks.pre-send-deadline")
                    : bounded(hook.call(
                            pending.context(hook.definition(), now.tags(), deadline),
                            new PreSendRequest(now.draft()),
                            deadline));
            record.executed(pending.execution(hook.definition(), response, System.nanoTime() - start, now));
            return response;
        }

        SendDecision through() {
            MessageRequest message = Arrays.equals(now.draft().payload(), received.payload())
                    ? pending.message()
                    : pending.message().toBuilder()
                            .setMsgBody(
                                    UnsafeByteOperations.unsafeWrap(now.draft().payload()))
                            .build();
            return new SendDecision.Allowed(message, passed.toString());
        }
    }

    private HookResponse<HookResult> bounded(HookResponse<HookResult> response) {
        boolean over = maxBodyBytes > 0
                && response instanceof HookResponse.Answered<HookResult> answered
                && answered.answer() instanceof HookResult.Continue on
                && on.draft().payload().length > maxBodyBytes;
        return over
                ? new HookResponse.Failed<>(
                        HookResponse.Kind.UNDECODABLE, "answered a body over " + maxBodyBytes + " bytes")
                : response;
    }
}
