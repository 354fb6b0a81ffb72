package io.mics.offline;

/** Tells a user who is present that something waits for them. Implemented by the sessions. */
public interface PresentSessions {
    /**
     * Hands what {@code source} holds for a user to a session of theirs here; never blocks on a device.
     *
     * @return whether there is one
     */
    boolean offerBacklog(String tenant, String user, BacklogSource source);
}
