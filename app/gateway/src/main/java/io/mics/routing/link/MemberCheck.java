package io.mics.routing.link;

import java.time.Duration;

/** Who may have a link to this node. Implemented above the links. */
public interface MemberCheck {
    /**
     * Whether this very start of a node is a member of the cluster. One that has just joined may not be known here yet:
     * the directory is asked, unless it is away; then the members known last count.
     *
     * @param within how long to wait for the directory
     */
    boolean isMember(Peer peer, Duration within) throws InterruptedException;
}
