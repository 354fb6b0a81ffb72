package io.mics.loadtest.history;

/**
 * Something that was done to the cluster.
 *
 * @param kind       what
 * @param node       whose; -1 is everybody's
 * @param began      before it was done
 * @param ended      when it was undone, or the node was ready again
 */
public record Fault(Kind kind, int node, long began, long ended) {
    /** What can be done to a cluster. */
    public enum Kind {
        /** kill -9, then a new process in its place. */
        KILL,
        /** SIGTERM, then a new process in its place. */
        RESTART,
        /** Redis stopped, then started empty. */
        REDIS_STOP,
        /** A node's way to Redis cut: connections reset, new ones refused. */
        REDIS_CUT,
        /** The other nodes' way to a node cut. */
        LINK_CUT,
        /** The other nodes' way to a node silent: nothing is lost, nothing arrives. */
        LINK_SILENT,
        /** The other nodes' way to a node slow. */
        LINK_DELAY,
        /** Every client of a node cut off without a close frame. */
        CLIENTS_CUT,
        /** The clients' way to a node slow. */
        CLIENTS_DELAY,
        /** A node's process stopped (SIGSTOP), then continued. */
        NODE_STOP,
        /** kill -9 of all processes of the database, then started again. */
        DATABASE_KILL,
        /** All processes of the database stopped (SIGSTOP), then continued. */
        DATABASE_STOP,
        /** A node's process stopped for longer than its leases last: others take over what it has; then continued. */
        NODE_FREEZE,
        /** kill -9 of the only broker, then started again with what it had. */
        KAFKA_KILL,
        /** The only broker's process stopped (SIGSTOP), then continued. */
        KAFKA_STOP
    }

    /** Whether it and the time between overlap. */
    public boolean overlaps(long from, long to) {
        return began <= to && from <= ended;
    }
}
