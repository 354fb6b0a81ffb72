package io.mics.routing.directory;

import io.mics.routing.link.Peer;
import java.util.List;

/** The nodes of the cluster. Leases are counted by the directory's clock, never by a node's. */
public interface NodeRegistry {
    /** What came of joining. */
    sealed interface Joining {
        /** This start is a member; its epoch is larger than any before. An earlier start of the same node is dead. */
        record Joined(Peer self) implements Joining {}

        /** A live node of this name has another endpoint. */
        record NameTaken(Peer other) implements Joining {}

        /** The directory is unavailable. */
        record Unavailable() implements Joining {}
    }

    /**
     * Who is a member.
     *
     * @param live nodes whose lease lasts, this one included, by name
     * @param dead starts whose lease ran out, or whose node was started again, and that are not swept yet
     */
    record Members(List<Peer> live, List<Peer> dead) {}

    /** What the directory said of a renewal. */
    sealed interface Renewal {
        /** The lease is extended. */
        record Renewed(Members members) implements Renewal {}

        /** Another start of this node has joined since: this one must end. */
        record Superseded(Peer by) implements Renewal {}

        /** The directory is unavailable. */
        record Unavailable() implements Renewal {}
    }

    /** Joins under a new epoch. {@code takeName} passes over a live node of this name whose link did not answer. */
    Joining join(String node, String endpoint, boolean takeName);

    /** Extends the lease and says who else is there; joins again under the same epoch when the directory lost it. */
    Renewal renew(Peer self);

    /** Ends the membership; the node's routes are gone before. */
    void leave(Peer self);

    /** A dead start has no routes any more. */
    void swept(Peer dead);
}
