package io.mics.message;

import io.mics.observe.Counter;
import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import io.mics.offline.OfflinePath;
import io.mics.proto.message.v1.MessageType;
import io.mics.protocol.AckReason;
import io.mics.protocol.OutboundFrame;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** One tenant's message counters, found once and held. */
final class MessageMeters {
    private static final String OTHER = "hook";
    private static final List<String> REASONS = List.of(
            AckReason.BODY_TOO_LARGE,
            AckReason.MISSING_TO_USER,
            AckReason.MISSING_GROUP,
            AckReason.INVALID_TYPE,
            AckReason.INVALID_MSG_ID,
            AckReason.INVALID_TO_USER,
            AckReason.INVALID_GROUP,
            AckReason.QPS_LIMITED,
            AckReason.TENANT_BUSY,
            AckReason.GROUP_EMPTY,
            AckReason.GROUP_TOO_LARGE,
            OTHER);

    final Counter single;
    final Counter group;
    final Counter failed;
    final Counter duplicates;
    final Counter rateLimited;
    final Counter groupMessages;
    final Counter groupMembers;
    private final Counter groupNotified;
    private final Counter groupBuffered;
    private final Counter groupSkipped;
    private final Map<String, Counter> rejected = new HashMap<>();

    MessageMeters(Metrics metrics, String tenant) {
        single = metrics.counter(Metric.MESSAGES_IN, tenant, "SingleChat");
        group = metrics.counter(Metric.MESSAGES_IN, tenant, "GroupChat");
        failed = metrics.counter(Metric.MESSAGES_FAILED, tenant);
        duplicates = metrics.counter(Metric.DEDUP_HITS, tenant);
        rateLimited = metrics.counter(Metric.RATE_LIMITED, tenant, "message_qps");
        groupMessages = metrics.counter(Metric.GROUP_MESSAGES, tenant);
        groupMembers = metrics.counter(Metric.GROUP_MEMBERS, tenant);
        groupNotified = metrics.counter(Metric.GROUP_OFFLINE_NOTIFIED, tenant);
        groupBuffered = metrics.counter(Metric.GROUP_OFFLINE_BUFFERED, tenant);
        groupSkipped = metrics.counter(Metric.GROUP_OFFLINE_BUFFER_SKIPPED, tenant);
        for (String reason : REASONS) {
            rejected.put(reason, metrics.counter(Metric.MESSAGES_REJECTED, tenant, reason.replace(' ', '_')));
        }
    }

    Counter in(MessageType type) {
        return type == MessageType.GROUP_CHAT ? group : single;
    }

    /** Counts for whom of a group's {@code absent} members a message was stored offline; the rest miss it. */
    OutboundFrame.Reach reached(int absent, OfflinePath.Accepted accepted) {
        int skipped = absent - accepted.users();
        groupNotified.add(accepted.notified());
        groupBuffered.add(accepted.buffered());
        groupSkipped.add(skipped);
        return new OutboundFrame.Reach(skipped > 0, accepted.notified(), accepted.buffered(), skipped);
    }

    /** A hook's own words all count as one reason. */
    Counter rejected(String reason) {
        return Objects.requireNonNull(rejected.getOrDefault(reason, rejected.get(OTHER)));
    }
}
