package io.mics.routing.directory;

import io.mics.routing.link.Peer;
import java.util.List;
import java.util.Optional;

/** Where the nodes exchange how many messages they are asked to take for each tenant. */
public interface TenantRates {
    /**
     * What one node was asked to take lately, refused messages included.
     *
     * @param perSecond messages per second
     */
    record Demand(String tenant, long perSecond) {}

    /**
     * What all nodes together were asked to take of one tenant.
     *
     * @param perSecond messages per second, this node's included
     * @param nodes     that reported lately, this one included; at least 1
     */
    record Total(long perSecond, int nodes) {}

    /** Says what {@code self} was asked to take; returns the totals in the same order, or nothing when that is away. */
    Optional<List<Total>> exchange(Peer self, List<Demand> demands);
}
