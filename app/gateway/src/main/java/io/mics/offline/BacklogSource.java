package io.mics.offline;

import io.mics.protocol.Delivery;

/** A buffer that may hold messages for a user: this node's, or another node's. */
public interface BacklogSource {
    /** What came of asking for the right to a user's messages. */
    sealed interface Taking {
        /** There are some; whoever took them must close the lease. */
        record Taken(BacklogLease<Delivery> lease) implements Taking {}

        /** There are none, or somebody else has leased them. */
        record Nothing() implements Taking {}

        /** The buffer cannot be asked now. */
        record Unavailable() implements Taking {}
    }

    /** Asks for the right to a user's messages. */
    Taking take(String tenant, String user) throws InterruptedException;
}
