package io.mics.loadtest.durable.check;

import io.mics.loadtest.history.Cast;
import io.mics.loadtest.history.Cast.Device;
import io.mics.loadtest.history.Fault;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Everything that clients of durable tenants saw in one run. Append-only and safe for many threads; to be read when the
 * run is over.
 */
public final class RunHistory {
    private final Cast cast;
    private final Talks talks;
    private final Queue<ConnectionRecord> connections = new ConcurrentLinkedQueue<>();
    private final Queue<Fault> faults = new ConcurrentLinkedQueue<>();
    private final Queue<String> oddities = new ConcurrentLinkedQueue<>();

    /** An empty history. */
    public RunHistory(Cast cast) {
        this.cast = cast;
        this.talks = new Talks(cast);
    }

    /** Which message: the device that sent it, and the number that device gave it. */
    public static long key(int sender, int number) {
        return (long) sender << 32 | number;
    }

    static int sender(long key) {
        return (int) (key >>> 32);
    }

    /** A connection is about to be opened. */
    public ConnectionRecord open(Device device, int node) {
        ConnectionRecord connection = new ConnectionRecord(device, node);
        connections.add(connection);
        return connection;
    }

    /** Something was done to the installation, and is over. */
    public void fault(Fault fault) {
        faults.add(fault);
    }

    /** Something arrived, or is stored, that no message of this run looks like. */
    public void oddity(Object where, String what) {
        oddities.add(where + ": " + what);
    }

    public Cast cast() {
        return cast;
    }

    public Talks talks() {
        return talks;
    }

    /** In the order in which they were opened. */
    List<ConnectionRecord> connections() {
        return new ArrayList<>(connections);
    }

    List<Fault> faults() {
        return new ArrayList<>(faults);
    }

    List<String> oddities() {
        return new ArrayList<>(oddities);
    }

    String describe(long key) {
        Device device = cast.devices().get(sender(key));
        return device.tenant() + " " + device.userId() + "/" + device.deviceId() + "#" + (int) key;
    }
}
