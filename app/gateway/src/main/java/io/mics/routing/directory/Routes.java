package io.mics.routing.directory;

import io.mics.protocol.CloseCode;
import io.mics.protocol.ConnectDecision;
import io.mics.routing.link.Peer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The directory: which device of which user is on which node. Entries expire by themselves unless renewed; entries of
 * a node known to be dead do not count. Every method may block for the directory's command time-out and never throws
 * because the directory is unavailable.
 */
public interface Routes {
    /** How long the node that a device left is remembered. */
    Duration REMEMBERED = Duration.ofSeconds(60);

    /** What came of a registration. */
    sealed interface Registration {
        /**
         * The route is there.
         *
         * @param replaced the same device's route before, if it was not unregistered: it was live, or had lapsed within
         *                 the last minute, and its connection may be there still
         * @param previous where the device was last, when that was within the last minute; also set with a replaced
         */
        record Registered(Optional<Route> replaced, Optional<Peer> previous) implements Registration {}

        /** The same device has a live route whose connection was accepted later; nothing was changed. */
        record Superseded() implements Registration {}

        /** A limit of the tenant is reached; nothing was changed. */
        record Refused(Limit limit) implements Registration {}

        /**
         * The directory is unavailable; nothing is known. A connection that is admitted all the same is renewed and
         * unregistered like any other.
         */
        record Unavailable() implements Registration {}
    }

    /** Which limit refused a route. */
    enum Limit {
        DEVICES_OF_USER("device limit reached"),
        CONNECTIONS_OF_TENANT("connection limit reached");

        private final String reason;

        Limit(String reason) {
            this.reason = reason;
        }

        /** What the limit makes of a connection. */
        public <T> ConnectDecision<T> refusal() {
            return new ConnectDecision.Refused<>(CloseCode.LIMIT_REACHED, reason);
        }
    }

    /**
     * How many there may be, over the whole cluster; 0 is unlimited.
     *
     * @param devicesPerUser connected devices of one user
     * @param connections    connected devices of the tenant
     */
    record Limits(int devicesPerUser, int connections) {}

    /** What the directory knows of a user. */
    sealed interface Found {
        /** Live routes, one per device; none when the user is away. */
        record Known(List<Route> routes) implements Found {}

        /** The directory is unavailable; nothing is known. */
        record Unavailable() implements Found {}
    }

    /**
     * Adds a route, or replaces the same device's with it if that was accepted earlier, whatever the limits;
     * publishes the user as changed. Which was accepted earlier is exact among the connections of one start of a node;
     * among others to within the time that a call to the directory takes.
     */
    Registration register(Route route, Limits limits, Duration lease);

    /**
     * Removes exactly this route, by node, epoch and connection; publishes the user as changed.
     *
     * @return whether the device has another live route; false when the directory is unavailable
     */
    boolean unregister(Route route);

    /**
     * What a renewal found.
     *
     * @param elsewhere routes whose device is registered elsewhere by now: this node's connection is the older one
     * @param restored  routes that were lost, had lapsed or were those of an older connection, and are there again:
     *                  meanwhile their devices were nowhere
     */
    record Renewal(List<Route> elsewhere, List<Route> restored) {}

    /** Extends the leases of this node's routes, and puts back those the directory lost. */
    Renewal renew(List<Route> routes, Duration lease);

    /**
     * Says again how many connections of each tenant this node has, for the tenants' limits; valid for one node lease.
     * Counted is what was registered, or admitted although the directory was away, and is not unregistered.
     */
    void countConnections(Peer self);

    /** Where a user is, now. */
    Found find(String tenant, String user);

    /** Where many users of a tenant are, now; users without routes are missing. Empty while it is unavailable. */
    Optional<Map<String, List<Route>>> findAll(String tenant, List<String> users);

    /**
     * Removes every route of a dead node; several nodes may do so at once.
     *
     * @return how many were removed; empty when the directory went away before the end
     */
    OptionalInt sweep(Peer dead);

    /** Whose routes no longer count although their leases may last. */
    void dead(Set<Long> epochs);

    /** Notified of changes, on the directory's own thread. Must not block. */
    interface Changes {
        /** The routes of a user changed. */
        void changed(String tenant, String user);

        /** Changes may have been missed since the last call with {@code true}; while false, none are notified. */
        void following(boolean following);
    }

    /** Notifies {@code changes} of every change from now on, own ones included. */
    void follow(Changes changes);
}
