package io.mics.offline;

/** Tells a user who is present that something waits for them. Implemented by the sessions. */
public interface PresentSessions {
    /** Hands what is held for a user to a session of theirs, if there is one; never blocks on a device. */
    void offerBacklog(String tenant, String user);
}
