package io.mics.offline;

/** The sessions of users connected here, which take what is buffered for them. Implemented by the sessions. */
public interface ConnectedSessions {
    /**
     * Hands what {@code source} holds for a user to a session of theirs here; never blocks on a device.
     *
     * @return whether there is one
     */
    boolean deliverBacklog(String tenant, String user, BacklogSource source);
}
