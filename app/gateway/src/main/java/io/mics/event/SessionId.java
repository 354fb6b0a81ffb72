package io.mics.event;

/**
 * Names one session among all of a cluster, ever.
 *
 * @param node   whose session it is
 * @param epoch  the start of that node; 0 when no directory numbers them, then it is the start that publishes
 * @param number of the session's connection, in the order in which that start accepted them
 */
public record SessionId(String node, long epoch, long number) {
    /** No session. */
    public static final SessionId NONE = new SessionId("", 0, 0);
}
