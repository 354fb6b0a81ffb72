package io.mics.offline;

/** Announces to the other nodes that messages are buffered on this one. Implemented by routing. */
@FunctionalInterface
public interface BacklogAnnouncements {
    /** For a node alone: who is not here is nowhere. */
    BacklogAnnouncements ALONE = (tenant, user) -> {};

    /**
     * Looks a user up anew and announces what is buffered here, until it is taken or the user has no device; then the
     * user's next connection takes it. Never blocks.
     */
    void announce(String tenant, String user);
}
