package io.mics.loadtest.history;

import io.mics.loadtest.history.Violation.Kind;
import java.util.HashMap;
import java.util.Map;

/**
 * What one device says to one user or group arrives in the order it was sent, among messages that took the same way.
 * Two messages certainly did when each was sent once, both on one connection, both arrived on one connection, nothing
 * was done to the cluster from the earlier one's sending to its arrival, and either both were sent when the receiving
 * connection had been up for a second, or both were accepted while the user had no connection at all. Every other pair
 * is counted as not comparable.
 */
final class OrderRule {
    private final Timeline timeline;
    private final Rules rules;
    private final Report report;
    private long compared;
    private long notComparable;

    OrderRule(Timeline timeline, Rules rules, Report report) {
        this.timeline = timeline;
        this.rules = rules;
        this.report = report;
    }

    /** By which way a message came. */
    private enum Way {
        LIVE,
        KEPT
    }

    /** What must be in order among itself. */
    private record Stream(ConnectionLog from, int target, Way way) {}

    Reader reader(ConnectionLog connection) {
        return new Reader(connection);
    }

    void close() {
        report.count("order compared", compared);
        report.count("order not comparable", notComparable);
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
            boolean kept = !live && wasAway(message);
            if (message.attempts > 1 || (!live && !kept) || timeline.disturbed(message.firstSent, nanos)) {
                notComparable++;
                return;
            }
            Stream stream = new Stream(message.firstOn, message.target, live ? Way.LIVE : Way.KEPT);
            Message before = latest.get(stream);
            compared++;
            if (before == null || before.number < message.number) {
                latest.put(stream, message);
            } else {
                report.violation(
                        Kind.ORDER,
                        connection + " received #" + before.number + " before #" + message.number + " from "
                                + message.firstOn);
            }
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
