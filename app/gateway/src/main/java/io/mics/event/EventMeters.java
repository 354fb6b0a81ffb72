package io.mics.event;

import io.mics.observe.Counter;
import io.mics.observe.Histogram;
import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import io.mics.proto.hook.v1.EventType;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;

/** What is counted of one tenant's events, found once and held. Every series exists from the start, at 0. */
public final class EventMeters {
    /** Why an accepted event was given up, or one was not accepted. */
    public enum Drop {
        /** Not accepted: no room. */
        QUEUE_FULL,
        /** Not accepted: the log is closed. */
        CLOSED,
        /** The dead letter topic did not take it, and no more can wait for it. */
        LAST_RESORT_FULL,
        /** The dead letter topic did not take it again and again. */
        DEAD_LETTER_FAILED,
        /** A defect of ours. */
        INTERNAL_ERROR,
        /** Still queued when the node stopped. */
        SHUTDOWN;

        String label() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** Counters of one type of event. */
    public static final class OfType {
        public final Counter published;
        public final Counter failed;
        public final Counter retried;
        public final Counter deadPublished;
        public final Counter deadFailed;
        public final Counter dead;

        OfType(Metrics metrics, String tenant, String type) {
            published = metrics.counter(Metric.MQ_PUBLISHED, tenant, "event", type);
            failed = metrics.counter(Metric.MQ_FAILED, tenant, "event", type);
            retried = metrics.counter(Metric.MQ_RETRIED, tenant, type);
            deadPublished = metrics.counter(Metric.MQ_PUBLISHED, tenant, "dlq", type);
            deadFailed = metrics.counter(Metric.MQ_FAILED, tenant, "dlq", type);
            dead = metrics.counter(Metric.MQ_DLQ, tenant, type);
        }
    }

    /** From the moment an event was accepted to the moment the log has it. */
    public final Histogram duration;

    private final Map<EventType, OfType> types = new EnumMap<>(EventType.class);
    private final Map<Drop, Counter> drops = new EnumMap<>(Drop.class);

    public EventMeters(Metrics metrics, String tenant) {
        duration = metrics.histogram(Metric.MQ_PUBLISH_DURATION, tenant);
        for (EventType type : EventType.values()) {
            if (type != EventType.UNRECOGNIZED) {
                types.put(type, new OfType(metrics, tenant, label(type)));
            }
        }
        for (Drop drop : Drop.values()) {
            drops.put(drop, metrics.counter(Metric.MQ_DROPPED, tenant, drop.label()));
        }
    }

    /** Makes every series of a tenant's events in this log exist, at 0. */
    public static void registerMetrics(Metrics metrics, EventLog events, String tenant) {
        new EventMeters(metrics, tenant);
        metrics.gauge(Metric.MQ_QUEUED, () -> events.queued(tenant), tenant);
        metrics.gauge(Metric.MQ_TOPIC_MISSING, () -> events.topicMissing(tenant) ? 1 : 0, tenant);
    }

    /** The counters of a type. */
    public OfType of(EventType type) {
        return Objects.requireNonNull(types.get(type));
    }

    /** The counter of a reason. */
    public Counter dropped(Drop reason) {
        return Objects.requireNonNull(drops.get(reason));
    }

    /** A type as metrics and headers spell it: {@code SingleChatMsg}. */
    public static String label(EventType type) {
        return switch (type) {
            case CONNECT_ONLINE -> "ConnectOnline";
            case CONNECT_OFFLINE -> "ConnectOffline";
            case SINGLE_CHAT_MSG -> "SingleChatMsg";
            case GROUP_CHAT_MSG -> "GroupChatMsg";
            case OFFLINE_MESSAGE -> "OfflineMessage";
            case UNRECOGNIZED -> throw new IllegalArgumentException("an event of no type");
        };
    }
}
