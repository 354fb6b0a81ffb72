package io.mics.event;

import java.util.Optional;

/** Where events go. */
public interface EventLog extends AutoCloseable {
    /**
     * Accepts an event, or refuses it at once when there is no room. Never blocks.
     *
     * @return whether the event was accepted
     */
    boolean publish(Event event);

    /** Events of a tenant that were accepted and are neither where they go nor given up. */
    default int queued(String tenant) {
        return 0;
    }

    /** Why events do not get where they go at the moment, if they do not. */
    default Optional<String> unavailable() {
        return Optional.empty();
    }

    /** Whether the topic a tenant's events go to does not exist, as far as was seen; they wait for it. */
    default boolean topicMissing(String tenant) {
        return false;
    }

    /** Forgets a tenant once nothing of it is queued. */
    default void forget(String tenant) {}

    /** Ends it; what is queued gets some time to leave. */
    @Override
    default void close() {}
}
