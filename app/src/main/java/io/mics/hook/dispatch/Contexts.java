package io.mics.hook.dispatch;

import io.mics.event.Event;
import io.mics.hook.point.HookDefinition;
import io.mics.hook.point.HookPoint;
import io.mics.sdk.plugin.HookContext;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** What a hook is told about a call outside the sender's thread, and about a recall that asks for permission. */
public final class Contexts {
    private static final String PHASE = "phase";

    private Contexts() {}

    /** Of one attempt. */
    static HookContext of(Task task, HookDefinition hook, String businessType) {
        boolean recall = task.notice().point() == HookPoint.RECALL;
        return context(task.notice(), hook, businessType, task.attempt(), recall ? Map.of(PHASE, "notify") : Map.of());
    }

    /** Of a question whether a recall may be. */
    public static HookContext check(Notice recall, HookDefinition hook, String businessType) {
        return context(recall, hook, businessType, 1, Map.of(PHASE, "check"));
    }

    private static HookContext context(
            Notice notice, HookDefinition hook, String businessType, int attempt, Map<String, String> more) {
        Subject subject = notice.subject();
        Map<String, String> attributes = new HashMap<>(subject.attributes());
        attributes.putIfAbsent(Event.FEATURE_VERSION, hook.version().toString());
        attributes.putAll(more);
        return new HookContext(
                subject.tenant(),
                businessType,
                subject.sessionId(),
                subject.sessionType(),
                subject.messageType(),
                notice instanceof Notice.Sent ? subject.user() : "",
                subject.device(),
                subject.traceId(),
                Notices.idempotencyKey(notice),
                attempt,
                Instant.now().plus(hook.policy().timeout()),
                Map.of(),
                attributes);
    }
}
