package io.mics.routing;

import io.mics.protocol.Delivery;

/** Hands messages to the devices connected to this node. Implemented by the sessions; never blocks on a device. */
public interface LocalDelivery {
    /** No connection is left out. */
    long NOBODY = 0;

    /** What became of a message for one user. */
    enum Outcome {
        /** On the queue of at least one device. */
        DELIVERED,
        /** The user has no session here. */
        NO_SESSION,
        /** There were sessions, and none took it. */
        NOT_TAKEN
    }

    /**
     * Queues {@code delivery} for all devices of a user.
     *
     * @param except a connection to leave out, or {@link #NOBODY}
     * @param writes takes the connections that now have something to write
     */
    Outcome deliver(String tenant, String user, Delivery delivery, long except, PendingWrites writes);
}
