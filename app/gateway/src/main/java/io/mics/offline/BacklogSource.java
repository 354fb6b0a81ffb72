package io.mics.offline;

import io.mics.protocol.Delivery;

/** A buffer that may hold messages for a user: this node's, or another node's. */
public interface BacklogSource {
    /** What came of asking for the right to a user's messages. */
    sealed interface Taking {
        /** There are some; whoever took them must close the drain. */
        record Taken(Drain<Delivery> drain) implements Taking {}

        /** There are none, or somebody else is draining them. */
        record Nothing() implements Taking {}

        /** The buffer cannot be asked now. */
        record Away() implements Taking {}
    }

    /** Asks for the right to a user's messages. */
    Taking take(String tenant, String user) throws InterruptedException;
}
