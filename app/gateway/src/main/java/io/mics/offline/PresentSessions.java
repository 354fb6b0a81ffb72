package io.mics.offline;

/** Notifies a connected user's session of buffered messages. Implemented by the sessions. */
public interface PresentSessions {
    /**
     * Hands what {@code source} holds for a user to a session of theirs here; never blocks on a device.
     *
     * @return whether there is one
     */
    boolean announceBacklog(String tenant, String user, BacklogSource source);
}
