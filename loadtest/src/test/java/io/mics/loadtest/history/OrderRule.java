package io.mics.loadtest.history;

import io.mics.loadtest.history.Violation.Kind;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one device says to one user or group arrives in the order it was sent, among messages that took the same route.
 * Two messages certainly did when each was sent once, both on one connection, both arrived on one connection, nothing
 * was done to the cluster from the earlier one's sending to its arrival, and either both were sent when the receiving
 * connection had been up for a second, or both were accepted while the user had no connection at all. Every other pair
 * is counted as not comparable, and how many live ones of them arrived in the wrong order.
 *
 * <p>That nodes cannot reach each other is no excuse: what waits for a node goes first when it answers again. Only a
 * user with several devices may then get a later message earlier, when it reached none of them and was kept, while the
 * earlier one reached another device and just waits.
 */
final class OrderRule {
    /** Faults of the ways between nodes. */
    private static final Set<Fault.Kind> LINKS =
            EnumSet.of(Fault.Kind.LINK_CUT, Fault.Kind.LINK_SILENT, Fault.Kind.LINK_DELAY);

    private final Timeline timeline;
    private final Rules rules;
    private final Report report;
    private long compared;
    private long notComparable;
    private long swapped;

    OrderRule(Timeline timeline, Rules rules, Report report) {
        this.timeline = timeline;
        this.rules = rules;
        this.report = report;
    }

    /** By which route a message came. */
    private enum Route {
        LIVE,
        /** As live, but not the same for sure. */
        UNSURE,
        BUFFERED
    }

    /** What must be in order among itself. */
    private record Stream(ConnectionLog from, int target, Route route) {}

    Reader reader(ConnectionLog connection) {
        return new Reader(connection);
    }

    void close() {
        report.count("order compared", compared);
        report.count("order not comparable", notComparable);
        report.count("order swapped, not comparable", swapped);
    }

    /** Reads the arrivals of one connection. */
    final class Reader {
        private final ConnectionLog connection;
        private final Map<Stream, Message> latest = new HashMap<>();

        private Reader(ConnectionLog connection) {
            this.connection = connection;
        }

        void arrived(long nanos, Message message) {
            boolean live = connection.connected() + rules.owedAfterNanos() <= message.firstSent;
            boolean buffered = !live && wasAway(message);
            if (message.attempts > 1 || (!live && !buffered)) {
                notComparable++;
            } else if (timeline.disturbed(message.firstSent, nanos, live && hasOneDevice() ? LINKS : Set.of())) {
                notComparable++;
                swapped += live && before(message, Route.UNSURE) != null ? 1 : 0;
            } else {
                compared++;
                Message before = before(message, live ? Route.LIVE : Route.BUFFERED);
                if (before != null) {
                    report.violation(
                            Kind.ORDER,
                            connection + " received #" + before.number + " before #" + message.number + " from "
                                    + message.firstOn);
                }
            }
        }

        /** A later message that came before on the same route, if one did. */
        private @Nullable Message before(Message message, Route route) {
            Stream stream = new Stream(message.firstOn, message.target, route);
            Message before = latest.get(stream);
            if (before == null || before.number < message.number) {
                latest.put(stream, message);
                return null;
            }
            return before;
        }

        private boolean hasOneDevice() {
            return timeline.of(connection.device().user()).stream()
                    .allMatch(other -> other.device().equals(connection.device()));
        }

        /** Whether the user had no connection from a second before it was sent until it was accepted. */
        private boolean wasAway(Message message) {
            if (message.accepted >= connection.dialled()) {
                return false;
            }
            for (ConnectionLog other : timeline.of(connection.device().user())) {
                if (other.dialled() <= message.accepted
                        && other.ended() + rules.owedAfterNanos() >= message.firstSent) {
                    return false;
                }
            }
            return true;
        }
    }
}
