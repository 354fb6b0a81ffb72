package io.mics.loadtest.history;

import io.mics.loadtest.history.Cast.Device;
import java.util.Collection;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Everything that happened in one run, as its clients saw it. Append-only and safe for many threads; to be read when
 * the run is over.
 */
public final class History {
    private final Cast cast;
    private final Queue<ConnectionLog> connections = new ConcurrentLinkedQueue<>();
    private final Queue<Fault> faults = new ConcurrentLinkedQueue<>();
    private final Queue<String> oddities = new ConcurrentLinkedQueue<>();

    /** An empty history. */
    public History(Cast cast) {
        this.cast = cast;
    }

    /** A connection is about to be opened. */
    public ConnectionLog open(Device device, int node, long nanos) {
        ConnectionLog log = new ConnectionLog(device, node, nanos);
        connections.add(log);
        return log;
    }

    /** Something was done to the cluster, and is over. */
    public void fault(Fault fault) {
        faults.add(fault);
    }

    /** A frame arrived that no message of this run looks like: a body changed, or an address that is not the body's. */
    public void oddity(ConnectionLog connection, String what) {
        oddities.add(connection + ": " + what);
    }

    public Cast cast() {
        return cast;
    }

    Collection<ConnectionLog> connections() {
        return List.copyOf(connections);
    }

    /** What was done to the cluster. */
    public List<Fault> faults() {
        return List.copyOf(faults);
    }

    List<String> oddities() {
        return List.copyOf(oddities);
    }
}
