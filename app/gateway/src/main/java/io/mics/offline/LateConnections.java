package io.mics.offline;

import io.mics.protocol.Delivery;
import java.util.List;

/** Devices that came while a message for their users was being given to the backend. Implemented by routing. */
@FunctionalInterface
public interface LateConnections {
    /** Nobody comes late. */
    LateConnections NONE = (users, delivery) -> {};

    /**
     * Looks for {@code users} anew, here and on other nodes, and gives {@code delivery} to the devices they have by
     * now, under its identity: no connection gets it twice. Users who are still nowhere are left to their next pull.
     * Blocks for other nodes, a bounded time.
     */
    void handOver(List<String> users, Delivery delivery) throws InterruptedException;
}
