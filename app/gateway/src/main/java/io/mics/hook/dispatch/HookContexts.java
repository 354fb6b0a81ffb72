package io.mics.hook.dispatch;

import io.mics.hook.point.HookPoint;
import io.mics.hook.point.HookResponse;
import io.mics.hook.policy.HookDefinition;
import io.mics.hook.registry.HookExecution;
import io.mics.sdk.plugin.HookContext;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The contexts of calls outside the sender's thread, and of those that ask whether a recall is permitted. */
public final class HookContexts {
    private static final String PHASE = "phase";
    private static final String FEATURE_VERSION = "feature_version";

    private HookContexts() {}

    /** Of one attempt. */
    static HookContext of(Task task, HookDefinition hook, String businessType) {
        boolean recall = task.event().point() == HookPoint.RECALL;
        return context(task.event(), hook, businessType, task.attempt(), recall ? Map.of(PHASE, "notify") : Map.of());
    }

    /** Of a question whether a recall may be. */
    public static HookContext check(HookEvent recall, HookDefinition hook, String businessType) {
        return context(recall, hook, businessType, 1, Map.of(PHASE, "check"));
    }

    private static HookContext context(
            HookEvent event, HookDefinition hook, String businessType, int attempt, Map<String, String> more) {
        EventContext context = event.context();
        Map<String, String> attributes = new HashMap<>(context.attributes());
        attributes.put(FEATURE_VERSION, hook.version().toString());
        attributes.putAll(more);
        return new HookContext(
                context.tenant(),
                businessType,
                context.sessionId(),
                context.sessionType(),
                context.messageType(),
                event instanceof HookEvent.Sent ? context.user() : "",
                context.device(),
                context.traceId(),
                HookEvents.idempotencyKey(event),
                attempt,
                Instant.now().plus(hook.policy().timeout()),
                Map.of(),
                attributes);
    }

    /** One call as it is recorded; {@code answer} says what an answer was. */
    static HookExecution execution(
            HookEvent event, HookDefinition hook, HookResponse<?> response, String answer, long startNanos) {
        EventContext context = event.context();
        return new HookExecution(
                context.tenant(),
                event.point(),
                hook.name(),
                hook.version().toString(),
                hook.mode(),
                "",
                event.messageId(),
                context.messageType(),
                context.traceId(),
                response instanceof HookResponse.Failed<?> failed
                        ? failed.kind().label()
                        : answer,
                System.nanoTime() - startNanos,
                response instanceof HookResponse.Failed<?> failed ? failed.cause() : "",
                List.of());
    }
}
