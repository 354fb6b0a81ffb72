package io.mics.routing.directory;

import io.mics.routing.link.Peer;
import java.util.Objects;

/**
 * Where one device is connected. Two are equal when they are the same connection of the same device.
 *
 * @param node          the node and its start
 * @param connection    unique among the connections of that start, in the order in which they were accepted
 * @param acceptedNanos when the connection was accepted, a reading of that node's {@link System#nanoTime()}; of a route
 *                      that comes out of the directory it says nothing
 */
public record Route(String tenant, String user, String device, Peer node, long connection, long acceptedNanos) {
    @Override
    public boolean equals(Object other) {
        return other instanceof Route route
                && connection == route.connection
                && device.equals(route.device)
                && user.equals(route.user)
                && tenant.equals(route.tenant)
                && node.equals(route.node);
    }

    @Override
    public int hashCode() {
        return Objects.hash(tenant, user, device, node, connection);
    }
}
