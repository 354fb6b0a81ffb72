package io.mics.conversation;

import io.mics.observe.Counter;
import io.mics.observe.Histogram;
import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import io.mics.protocol.AckReason;
import io.mics.protocol.ConversationRef;
import io.mics.tenant.Tenant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** One durable tenant's counters, found once and held. */
final class ConversationMeters {
    private static final String OTHER = "hook";
    private static final List<String> REASONS = List.of(
            AckReason.BODY_TOO_LARGE,
            AckReason.EMPTY_BODY,
            AckReason.INVALID_CLIENT_MSG_ID,
            AckReason.INVALID_CONVERSATION,
            AckReason.CONVERSATION_NOT_FOUND,
            AckReason.INVALID_MSG_ID,
            AckReason.INVALID_TYPE,
            AckReason.INVALID_TO_USER,
            AckReason.INVALID_GROUP,
            AckReason.MISSING_TO_USER,
            AckReason.MISSING_GROUP,
            AckReason.QPS_LIMITED,
            AckReason.TENANT_BUSY,
            AckReason.STORE_UNAVAILABLE,
            AckReason.INTERNAL_ERROR,
            OTHER);

    private final Counter single;
    private final Counter group;
    private final Counter world;
    private final Counter accepted;
    private final Counter stored;
    private final Counter duplicate;
    private final Counter unavailable;
    private final Counter refused;
    private final Counter unknown;
    private final Map<String, Counter> rejected = new HashMap<>();
    final Histogram appendDuration;

    ConversationMeters(Metrics metrics, String tenant) {
        single = metrics.counter(Metric.MESSAGES_IN, tenant, "single");
        group = metrics.counter(Metric.MESSAGES_IN, tenant, "group");
        world = metrics.counter(Metric.MESSAGES_IN, tenant, "world");
        accepted = metrics.counter(Metric.LOG_APPENDS, tenant, "accepted");
        stored = metrics.counter(Metric.LOG_APPENDS, tenant, "stored");
        duplicate = metrics.counter(Metric.LOG_APPENDS, tenant, "duplicate");
        unavailable = metrics.counter(Metric.LOG_APPENDS, tenant, "unavailable");
        refused = metrics.counter(Metric.LOG_APPENDS, tenant, "refused");
        unknown = metrics.counter(Metric.LOG_APPENDS, tenant, "unknown");
        appendDuration = metrics.histogram(Metric.LOG_APPEND_DURATION, tenant);
        for (String reason : REASONS) {
            rejected.put(reason, metrics.counter(Metric.MESSAGES_REJECTED, tenant, reason.replace(' ', '_')));
        }
    }

    /** The meters of all tenants. */
    static final class OfTenants {
        private final Metrics.PerTenant<ConversationMeters> meters;

        OfTenants(Metrics metrics) {
            meters = metrics.perTenant(tenant -> new ConversationMeters(metrics, tenant));
        }

        ConversationMeters of(Tenant tenant) {
            return meters.of(tenant.id());
        }
    }

    Counter in(ConversationRef conversation) {
        return switch (conversation) {
            case ConversationRef.Single to -> single;
            case ConversationRef.Group to -> group;
            case ConversationRef.World to -> world;
        };
    }

    Counter outcome(ConversationLog.Outcome outcome) {
        return switch (outcome) {
            case ConversationLog.Outcome.Accepted it -> accepted;
            case ConversationLog.Outcome.Stored it -> it.duplicate() ? duplicate : stored;
            case ConversationLog.Outcome.Unavailable it -> unavailable;
            case ConversationLog.Outcome.Refused it -> refused;
            case ConversationLog.Outcome.Unknown it -> unknown;
        };
    }

    /** The words of hooks and backends all count as one reason. */
    Counter rejected(String reason) {
        return Objects.requireNonNull(rejected.getOrDefault(reason, rejected.get(OTHER)));
    }
}
