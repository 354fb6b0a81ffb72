package io.mics.routing.delivery;

import io.mics.concurrent.PendingWrites;
import io.mics.protocol.Delivery;
import java.util.List;
import java.util.Set;

/** Hands messages to devices connected to other nodes. */
public interface RemoteDelivery {
    /**
     * What became of a message elsewhere.
     *
     * @param delivered users with at least one device that got it
     * @param notTaken  users who were somewhere, and no device got it
     * @param devices   of all users that got it, at least: a node says of each user whether a device got it, not of
     *                  how many
     */
    record Reached(Set<String> delivered, Set<String> notTaken, int devices) {
        static final Reached NOBODY = new Reached(Set.of(), Set.of(), 0);
    }

    /**
     * Delivers to the devices of distinct {@code users} of the message's tenant on other nodes, one batch per node. A
     * node that cannot be reached now is tried again later, besides whatever becomes of the message; until then later
     * messages of the same device for it count as not taken and follow in order.
     *
     * @param writes started before anything blocks
     */
    Reached deliver(List<String> users, Delivery delivery, PendingWrites writes) throws InterruptedException;

    /**
     * Delivers to the devices that {@code users} have on other nodes by now, looked up anew. What cannot be located or
     * reached, or would overtake what waits for a node, is left.
     */
    void deliverAnew(List<String> users, Delivery delivery) throws InterruptedException;

    /**
     * Delivers to everybody of the message's tenant on other nodes, by one call to each. A node that cannot be reached
     * now is left.
     */
    void deliverToEverybody(Delivery delivery) throws InterruptedException;
}
