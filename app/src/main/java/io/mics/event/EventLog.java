package io.mics.event;

/** Where events go. */
public interface EventLog {
    /**
     * Accepts an event, or refuses it at once when there is no room. Never blocks.
     *
     * @return whether the event was accepted
     */
    boolean publish(Event event);
}
