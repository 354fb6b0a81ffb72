package io.mics.loadtest.history;

import io.mics.loadtest.history.ConnectionLog.Ending;
import io.mics.loadtest.history.Fault.Kind;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** Who was online when, and what was being done to the cluster meanwhile. */
final class Timeline {
    /** Faults that keep nodes from each other, or from the directory. */
    private static final Set<Kind> APART =
            EnumSet.of(Kind.REDIS_STOP, Kind.REDIS_CUT, Kind.LINK_CUT, Kind.LINK_SILENT, Kind.LINK_DELAY);

    /** Faults of the directory. */
    private static final Set<Kind> DIRECTORY = EnumSet.of(Kind.REDIS_STOP, Kind.REDIS_CUT);

    /** Faults that break clients' connections. */
    private static final Set<Kind> BREAKING = Set.of(Kind.KILL, Kind.CLIENTS_CUT);

    private final List<ConnectionLog> all;
    private final List<List<ConnectionLog>> byUser = new ArrayList<>();
    private final List<Fault> faults;
    private final long slack;

    /**
     * Sorts a history.
     *
     * @param slack how long after a fault its effects may still be seen
     */
    Timeline(History history, long slack) {
        this.slack = slack;
        this.faults = history.faults();
        this.all = history.connections().stream()
                .sorted(Comparator.comparingLong(ConnectionLog::dialled))
                .toList();
        for (int user = 0; user < history.cast().users(); user++) {
            byUser.add(new ArrayList<>());
        }
        all.forEach(connection -> byUser.get(connection.device().user()).add(connection));
    }

    /** Every connection, the earliest first. */
    List<ConnectionLog> inOrder() {
        return all;
    }

    /** A user's connections, the earliest first. */
    List<ConnectionLog> of(int user) {
        return byUser.get(user);
    }

    List<Fault> faults() {
        return faults;
    }

    /** Whether the way from one client to another may have changed in between, by other faults than those. */
    boolean disturbed(long from, long to, Set<Kind> harmless) {
        return faults.stream()
                .anyMatch(fault -> !harmless.contains(fault.kind()) && fault.overlaps(from - effects(fault), to));
    }

    /** Once the directory is back, nodes write everybody down again, which takes them a while when they are busy. */
    private long effects(Fault fault) {
        return DIRECTORY.contains(fault.kind()) ? 2 * slack : slack;
    }

    /** Whether a connection that ended without a close frame was broken by something that was done to its node. */
    boolean brokenByFault(ConnectionLog connection) {
        return connection.ending() == Ending.BROKEN
                && breaking(connection.node())
                        .anyMatch(fault -> fault.overlaps(connection.ended() - slack, connection.ended()));
    }

    /** Whether nodes may have been unable to find or to ask each other in between. */
    boolean separated(long from, long to) {
        return faults.stream().anyMatch(fault -> APART.contains(fault.kind()) && fault.overlaps(from - slack, to));
    }

    /** Whether a node was killed in between. */
    boolean killed(int node, long from, long to, Set<Kind> forgetful) {
        return faults.stream()
                .anyMatch(
                        fault -> forgetful.contains(fault.kind()) && fault.node() == node && fault.overlaps(from, to));
    }

    private Stream<Fault> breaking(int node) {
        return faults.stream()
                .filter(fault -> BREAKING.contains(fault.kind()) && (fault.node() == node || fault.node() < 0));
    }
}
