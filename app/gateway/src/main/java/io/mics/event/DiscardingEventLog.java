package io.mics.event;

import io.mics.proto.hook.v1.EventType;

/**
 * The event log of a node without Kafka: nobody reads events, so it accepts and discards them. Offline events alone are
 * refused, so that a message whose only copy would be the event is not taken for delivered.
 */
public final class DiscardingEventLog implements EventLog {
    @Override
    public boolean publish(Event event) {
        return event.type() != EventType.OFFLINE_MESSAGE;
    }
}
