package io.mics.offline;

import io.mics.concurrent.FairScheduler;
import io.mics.event.Event;
import io.mics.event.EventLog;
import io.mics.observe.Counter;
import io.mics.observe.Metric;
import io.mics.observe.Metrics;
import io.mics.proto.hook.v1.EventType;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.protocol.Delivery;
import io.mics.tenant.Tenant;
import java.util.ArrayList;
import java.util.List;

/**
 * Publishes to a tenant's backend that somebody missed a message: one OFFLINE_MESSAGE event for each absent user, who
 * gets the message by pull on the next connect. Its key is the sender; the message itself is shared, never copied.
 *
 * <p>Once an event is accepted the user is looked up again, uncached. Whoever has connected meanwhile is given the
 * message at once, not asked to pull: their pull may have asked before the backend had read the event, and asking again
 * could be just as early. Who connects after this look-up finds it in their pull as soon as the backend has read it.
 */
public final class OfflineEventPublisher {
    /** Events between two moments at which other threads may run. */
    private static final int AT_ONCE = 256;

    private final EventLog events;
    private final LateConnections late;
    private final Metrics.PerTenant<Counter> notified;

    public OfflineEventPublisher(EventLog events, LateConnections late, Metrics metrics) {
        this.events = events;
        this.late = late;
        this.notified = metrics.perTenant(tenant -> metrics.counter(Metric.OFFLINE_NOTIFIED, tenant));
    }

    /** Publishes an event for each of {@code users}; returns those whose event was refused, in their order. */
    List<String> publish(Tenant tenant, List<String> users, Delivery delivery) throws InterruptedException {
        List<String> accepted = new ArrayList<>(users.size());
        List<String> refused = new ArrayList<>(0);
        int published = 0;
        for (String user : users) {
            if (++published % AT_ONCE == 0) {
                FairScheduler.yieldToOthers();
            }
            (events.publish(event(tenant, user, delivery)) ? accepted : refused).add(user);
        }
        if (!accepted.isEmpty()) {
            notified.of(tenant.id()).add(accepted.size());
            late.handOver(accepted, delivery.asRedelivery());
        }
        return refused;
    }

    private static Event event(Tenant tenant, String user, Delivery delivery) {
        MessageRequest message = delivery.message();
        return new Event(
                tenant.id(),
                EventType.OFFLINE_MESSAGE,
                message.getUserId(),
                message.getDeviceId(),
                user,
                message,
                System.currentTimeMillis(),
                delivery.traceId());
    }
}
