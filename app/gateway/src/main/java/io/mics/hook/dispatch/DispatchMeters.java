package io.mics.hook.dispatch;

import io.mics.hook.point.HookPoint;
import io.mics.hook.record.HookRecords;
import io.mics.hook.registry.HookExecution;
import io.mics.observe.Counter;
import io.mics.observe.Histogram;
import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What is counted of calls outside the sender's thread; a message type nobody knows counts as {@code other}. */
public final class DispatchMeters {
    /** Why a hook event was lost. */
    public enum Drop {
        /** No more can wait for their next attempt; only without Kafka. */
        RETRIES_FULL,
        /** No more can wait to be written to the log. */
        QUEUE_FULL,
        /** The log did not take it again and again. */
        LOG_FAILED,
        /** It cannot be decoded. */
        UNREADABLE,
        /** Still waiting when the node stopped; only without Kafka. */
        SHUTDOWN;

        String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Metrics metrics;
    private final Map<Kind, PostSend> postSend = new ConcurrentHashMap<>();

    private record Kind(String tenant, String hook, String type) {}

    /** Of one tenant's calls of one post-send hook, for messages of one type. */
    private record PostSend(Counter success, Counter failure, Histogram latency) {}

    public DispatchMeters(Metrics metrics) {
        this.metrics = metrics;
    }

    /** Makes the series that no hook has to be there for exist, at 0. */
    public void expect(String tenant) {
        for (HookPoint point : List.of(HookPoint.POST_SEND, HookPoint.DELIVERY, HookPoint.RECALL)) {
            for (Drop reason : Drop.values()) {
                dropped(tenant, point, reason, 0);
            }
        }
    }

    /** Counts a message no hook is notified of, because there is none. */
    void logged(String tenant, String messageType) {
        postSend(tenant, HookExecution.LOG, messageType).success().increment();
    }

    /** Counts a call that was made. */
    void called(Task task, boolean success, long startNanos) {
        switch (task.event()) {
            case HookEvent.Sent sent -> {
                PostSend count = postSend(
                        sent.context().tenant(), task.hook(), sent.context().messageType());
                (success ? count.success() : count.failure()).increment();
                count.latency().recordSince(startNanos);
            }
            case HookEvent.Delivered delivered -> {}
            case HookEvent.Recalled recalled -> {}
        }
    }

    private PostSend postSend(String tenant, String hook, String messageType) {
        Kind kind = new Kind(tenant, hook, HookRecords.bounded(messageType));
        PostSend known = postSend.get(kind);
        return known != null ? known : postSend.computeIfAbsent(kind, this::find);
    }

    private PostSend find(Kind kind) {
        return new PostSend(
                metrics.counter(Metric.POST_SEND_HOOK_SUCCESS, kind.tenant(), kind.hook(), kind.type()),
                metrics.counter(Metric.POST_SEND_HOOK_FAILURE, kind.tenant(), kind.hook(), kind.type()),
                metrics.histogram(Metric.POST_SEND_HOOK_LATENCY, kind.tenant(), kind.hook(), kind.type()));
    }

    /** Forgets a tenant's meters. */
    void forget(String tenant) {
        postSend.keySet().removeIf(kind -> kind.tenant().equals(tenant));
    }

    /** Counts a task that became a dead letter. */
    void dead(Task task) {
        EventContext context = task.event().context();
        metrics.counter(
                        Metric.HOOK_DEAD_LETTERS,
                        context.tenant(),
                        task.hook(),
                        HookRecords.bounded(context.messageType()))
                .increment();
    }

    /** Counts hook events that are lost. */
    public void dropped(String tenant, HookPoint point, Drop reason, int count) {
        metrics.counter(Metric.HOOK_NOTICES_DROPPED, tenant, point.label(), reason.label())
                .add(count);
    }
}
