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

    private final Metrics.PerTenant<OfTenant> tenants;

    private record Kind(String hook, String type) {
        static Kind of(String hook, String messageType) {
            return new Kind(hook, HookRecords.bounded(messageType));
        }
    }

    /** Of one tenant's calls of one post-send hook, for messages of one type. */
    private record PostSend(Counter success, Counter failure, Histogram latency) {}

    private record Lost(HookPoint point, Drop reason) {}

    /** One tenant's meters: as many as its hooks and the known types of messages make. */
    private static final class OfTenant {
        private final Metrics metrics;
        private final String tenant;
        private final Map<Kind, PostSend> postSend = new ConcurrentHashMap<>();
        private final Map<Kind, Counter> dead = new ConcurrentHashMap<>();
        private final Map<Lost, Counter> dropped = new ConcurrentHashMap<>();

        OfTenant(Metrics metrics, String tenant) {
            this.metrics = metrics;
            this.tenant = tenant;
        }

        PostSend postSend(String hook, String messageType) {
            Kind kind = Kind.of(hook, messageType);
            PostSend known = postSend.get(kind);
            return known != null ? known : postSend.computeIfAbsent(kind, this::find);
        }

        private PostSend find(Kind kind) {
            return new PostSend(
                    metrics.counter(Metric.POST_SEND_HOOK_SUCCESS, tenant, kind.hook(), kind.type()),
                    metrics.counter(Metric.POST_SEND_HOOK_FAILURE, tenant, kind.hook(), kind.type()),
                    metrics.histogram(Metric.POST_SEND_HOOK_LATENCY, tenant, kind.hook(), kind.type()));
        }

        Counter dead(String hook, String messageType) {
            return dead.computeIfAbsent(
                    Kind.of(hook, messageType),
                    kind -> metrics.counter(Metric.HOOK_DEAD_LETTERS, tenant, kind.hook(), kind.type()));
        }

        Counter dropped(Lost lost) {
            return dropped.computeIfAbsent(
                    lost,
                    l -> metrics.counter(
                            Metric.HOOK_NOTICES_DROPPED,
                            tenant,
                            l.point().label(),
                            l.reason().label()));
        }
    }

    public DispatchMeters(Metrics metrics) {
        this.tenants = metrics.perTenant(tenant -> new OfTenant(metrics, tenant));
    }

    /** Makes the series that no hook has to be there for exist, at 0. */
    public void registerMetrics(String tenant) {
        for (HookPoint point : List.of(HookPoint.POST_SEND, HookPoint.DELIVERY, HookPoint.RECALL)) {
            for (Drop reason : Drop.values()) {
                dropped(tenant, point, reason, 0);
            }
        }
    }

    /** Counts a message no hook is notified of, because there is none. */
    void logged(String tenant, String messageType) {
        tenants.of(tenant).postSend(HookExecution.LOG, messageType).success().increment();
    }

    /** Counts a call that was made. */
    void called(Task task, boolean success, long startNanos) {
        switch (task.event()) {
            case HookEvent.Sent sent -> {
                PostSend count = tenants.of(sent.context().tenant())
                        .postSend(task.hook(), sent.context().messageType());
                (success ? count.success() : count.failure()).increment();
                count.latency().recordSince(startNanos);
            }
            case HookEvent.Delivered delivered -> {}
            case HookEvent.Recalled recalled -> {}
        }
    }

    /** Counts a task that became a dead letter. */
    void dead(Task task) {
        EventContext context = task.event().context();
        tenants.of(context.tenant()).dead(task.hook(), context.messageType()).increment();
    }

    /** Counts hook events that are lost. */
    public void dropped(String tenant, HookPoint point, Drop reason, int count) {
        tenants.of(tenant).dropped(new Lost(point, reason)).add(count);
    }
}
