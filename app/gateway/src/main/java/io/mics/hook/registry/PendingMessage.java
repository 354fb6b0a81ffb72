package io.mics.hook.registry;

import io.mics.concurrent.Deadline;
import io.mics.hook.point.HookPoint;
import io.mics.hook.point.HookResponse;
import io.mics.hook.policy.HookDefinition;
import io.mics.hook.policy.MatchInput;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.proto.message.v1.MessageType;
import io.mics.protocol.Conversation;
import io.mics.sdk.plugin.HookContext;
import io.mics.sdk.plugin.HookResult;
import io.mics.sdk.plugin.MessageDraft;
import io.mics.tenant.Tenant;
import io.mics.tenant.TenantSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * A message that is not accepted yet, and what hooks are given of it.
 *
 * @param tenant         the tenant
 * @param settings       the tenant's, as they are now
 * @param message        as its sender sent it, sender fields taken from the session
 * @param messageType    {@code text}, {@code image}, …
 * @param traceId        the sender's trace
 * @param idempotencyKey the same for every attempt at this message
 */
public record PendingMessage(
        Tenant tenant,
        TenantSettings settings,
        MessageRequest message,
        String messageType,
        String traceId,
        String idempotencyKey) {

    private String sessionType() {
        return message.getMsgType() == MessageType.GROUP_CHAT ? "group" : "single";
    }

    MatchInput matchInput() {
        return new MatchInput(tenant.id(), settings.businessType(), sessionType(), messageType, message.getUserId());
    }

    MessageDraft draft() {
        return new MessageDraft(
                message.getMsgId(),
                message.getMsgId(),
                Conversation.of(message),
                message.getMsgBody().toByteArray(),
                Map.of(),
                Map.of());
    }

    /** The context of a call of {@code hook}, which has its own time-out and no longer than {@code deadline}. */
    HookContext context(HookDefinition hook, Map<String, String> tags, Deadline deadline) {
        Duration timeout = hook.policy().timeout();
        Duration left = deadline.remaining();
        return new HookContext(
                tenant.id(),
                settings.businessType(),
                Conversation.of(message),
                sessionType(),
                messageType,
                message.getUserId(),
                message.getDeviceId(),
                traceId,
                idempotencyKey,
                1,
                Instant.now().plus(left.compareTo(timeout) < 0 ? left : timeout),
                tags,
                Map.of("feature_version", hook.version().toString()));
    }

    HookExecution execution(
            HookDefinition hook, HookResponse<HookResult> response, long tookNanos, DraftRevision before) {
        return new HookExecution(
                tenant.id(),
                HookPoint.PRE_SEND,
                hook.name(),
                hook.version().toString(),
                hook.mode(),
                "",
                message.getMsgId(),
                messageType,
                traceId,
                result(response),
                tookNanos,
                cause(response),
                changes(response, before));
    }

    private static String result(HookResponse<HookResult> response) {
        return switch (response) {
            case HookResponse.Answered<HookResult> answered ->
                answered.answer() instanceof HookResult.Stop ? "stop" : "allow";
            case HookResponse.Failed<HookResult> failed -> failed.kind().label();
        };
    }

    private static String cause(HookResponse<HookResult> response) {
        return switch (response) {
            case HookResponse.Answered<HookResult> answered ->
                answered.answer() instanceof HookResult.Stop stop ? stop.message() : "";
            case HookResponse.Failed<HookResult> failed -> failed.cause();
        };
    }

    private List<DraftChange> changes(HookResponse<HookResult> response, DraftRevision before) {
        return response instanceof HookResponse.Answered<HookResult> answered
                        && answered.answer() instanceof HookResult.Continue on
                ? DraftRevision.of(before.draft(), before.tags(), on, settings.draftChanges())
                        .changes()
                : List.of();
    }
}
