package io.mics.hook.dispatch;

import io.mics.hook.point.HookDefinition;
import io.mics.hook.point.HookExecution;
import io.mics.hook.point.HookPoint;
import io.mics.hook.point.Reply;
import io.mics.sdk.plugin.HookContext;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What a hook is told about a call outside the sender's thread, and about a recall that asks for permission. */
public final class Contexts {
    private static final String PHASE = "phase";
    private static final String FEATURE_VERSION = "feature_version";

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
        attributes.put(FEATURE_VERSION, hook.version().toString());
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

    /** One call as it is recorded; {@code answer} says what an answer was. */
    static HookExecution execution(Notice notice, HookDefinition hook, Reply<?> reply, String answer, long startNanos) {
        Subject subject = notice.subject();
        return new HookExecution(
                subject.tenant(),
                notice.point(),
                hook.name(),
                hook.version().toString(),
                hook.mode(),
                "",
                notice.messageId(),
                subject.messageType(),
                subject.traceId(),
                reply instanceof Reply.Failed<?> failed ? failed.kind().label() : answer,
                System.nanoTime() - startNanos,
                reply instanceof Reply.Failed<?> failed ? failed.cause() : "",
                List.of());
    }
}
