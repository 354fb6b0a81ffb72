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
    private record Interval(long from, long to) {}

    private final Cast cast;
    private final boolean oneLog;
    private final Talks talks;
    private final Queue<ConnectionRecord> connections = new ConcurrentLinkedQueue<>();
    private final Queue<Fault> faults = new ConcurrentLinkedQueue<>();
    private final Queue<Interval> unready = new ConcurrentLinkedQueue<>();
    private final Queue<String> oddities = new ConcurrentLinkedQueue<>();

    /**
     * An empty history.
     *
     * @param oneLog whether all nodes append to one log, which orders each conversation whatever node a message is sent
     *               to
     */
    public RunHistory(Cast cast, boolean oneLog) {
        this.cast = cast;
        this.oneLog = oneLog;
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

    /**
     * For a while nodes were not all ready: what they read was not theirs to read yet, or some device was connected
     * that its node could not enter in the directory, so that no other knew of it.
     */
    public void unready(long from, long to) {
        unready.add(new Interval(from, to));
    }

    /** Something arrived, or is stored, that no message of this run looks like. */
    public void oddity(Object where, String what) {
        oddities.add(where + ": " + what);
    }

    public Cast cast() {
        return cast;
    }

    boolean isOneLog() {
        return oneLog;
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

    /** Whether nodes were not all ready at some time in between. */
    boolean isUnready(long from, long to) {
        return unready.stream().anyMatch(each -> each.from() <= to && from <= each.to());
    }

    List<String> oddities() {
        return new ArrayList<>(oddities);
    }

    String describe(long key) {
        Device device = cast.devices().get(sender(key));
        return device.tenant() + " " + device.userId() + "/" + device.deviceId() + "#" + (int) key;
    }
}
