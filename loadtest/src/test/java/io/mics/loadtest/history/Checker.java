package io.mics.loadtest.history;

import io.mics.loadtest.history.ConnectionLog.Ending;
import java.util.HashMap;
import java.util.Map;

/** Says whether a history is one the gateway may have. A pure function; the rules are those of the classes it calls. */
public final class Checker {
    private static final int DRAINING = 4200;

    private Checker() {}

    /** Checks everything. */
    public static Report check(History history, Rules rules) {
        Report report = new Report();
        Timeline timeline = new Timeline(history, rules.staysNanos());
        Messages messages = new Messages(history, timeline, report);
        Receipts receipts = new Receipts(history, messages, timeline, rules, report);
        LossRule loss = new LossRule(history, timeline, receipts, rules, report);
        messages.forEach(loss::check);
        connections(timeline, report);
        history.faults().forEach(fault -> report.count("fault " + fault.kind(), 1));
        return report;
    }

    private static void connections(Timeline timeline, Report report) {
        Map<Cast.Device, ConnectionLog> drained = new HashMap<>();
        for (ConnectionLog connection : timeline.inOrder()) {
            if (!connection.wasConnected()) {
                report.count("connections refused", 1);
                continue;
            }
            report.count("connections", 1);
            ConnectionLog before = drained.remove(connection.device());
            if (before != null) {
                report.count("returned after a drain", 1);
                long late = connection.connected() - before.ended() - before.hintMillis() * 1_000_000;
                report.atMost("slowest return after its hint, ms", late / 1_000_000);
            }
            if (connection.ending() == Ending.BROKEN) {
                report.count(timeline.brokenByFault(connection) ? "broken by a fault" : "broken without a fault", 1);
            } else if (connection.ending() == Ending.CLOSED_BY_GATEWAY) {
                report.count("closed by the gateway with " + connection.closeCode(), 1);
            }
            if (connection.closeCode() == DRAINING && connection.hintMillis() >= 0) {
                drained.put(connection.device(), connection);
            }
        }
    }
}
