package io.mics.routing.delivery;

import io.mics.concurrent.PendingWrites;
import io.mics.protocol.Delivery;
import java.util.List;
import java.util.stream.IntStream;

/** Hands messages to the devices connected to this node. Implemented by the sessions; never blocks on a device. */
public interface LocalDelivery {
    /** No connection is left out. */
    long NOBODY = 0;

    /** How far a message for one user came. */
    enum Kind {
        /** On the queue of at least one device, or all devices were to be left out. */
        DELIVERED,
        /** The user has no session here. */
        NO_SESSION,
        /** There were sessions, and none took it. */
        NOT_TAKEN
    }

    /**
     * What became of a message for one user.
     *
     * @param devices of the user whose queue has it
     */
    record LocalOutcome(Kind kind, int devices) {
        public static final LocalOutcome NO_SESSION = new LocalOutcome(Kind.NO_SESSION, 0);
        public static final LocalOutcome NOT_TAKEN = new LocalOutcome(Kind.NOT_TAKEN, 0);

        /** What most users have: made once, since fan-outs ask for every member. */
        private static final List<LocalOutcome> TO_FEW = IntStream.range(0, 8)
                .mapToObj(devices -> new LocalOutcome(Kind.DELIVERED, devices))
                .toList();

        /** On the queues of so many devices. */
        public static LocalOutcome delivered(int devices) {
            return devices < TO_FEW.size() ? TO_FEW.get(devices) : new LocalOutcome(Kind.DELIVERED, devices);
        }
    }

    /**
     * Queues {@code delivery} for all devices of a user.
     *
     * @param except a connection to leave out, or {@link #NOBODY}
     * @param writes takes the connections that now have something to write
     */
    LocalOutcome deliver(String tenant, String user, Delivery delivery, long except, PendingWrites writes);

    /** Users of a tenant who have a session now. */
    default List<String> users(String tenant) {
        return List.of();
    }

    /**
     * Queues {@code delivery} for everybody of a tenant who has a session by the time it is its turn; does not wait.
     *
     * @param except a connection to leave out, or {@link #NOBODY}
     */
    default void deliverToEverybody(String tenant, Delivery delivery, long except) {
        throw new UnsupportedOperationException("no broadcasts here");
    }

    /** False when no user with an id of this hash code has a session here. */
    default boolean mayHaveSession(String tenant, int userHash) {
        return true;
    }
}
