package io.mics.loadtest.durable.check;

import io.mics.loadtest.history.Report;
import io.mics.loadtest.history.Violation.Kind;

/** Says whether a run of durable tenants is one that may be. A pure function; the rules are of the classes it calls. */
public final class DurableChecker {
    private DurableChecker() {}

    /**
     * Checks everything.
     *
     * @param stored what the database holds at the end
     * @param views  what every user is told at the end
     */
    public static Report check(RunHistory history, Stored stored, Views views) {
        Report report = new Report();
        Sends sends = new Sends(history, report);
        StoredRule rows = new StoredRule(history, sends, stored, report);
        new ReceivedRule(history, sends, rows, report).check();
        new CompleteRule(history, stored, rows, report).check(sends, views);
        history.oddities().forEach(what -> report.violation(Kind.ALTERED, what));
        history.faults().forEach(fault -> report.count("fault " + fault.kind(), 1));
        return report;
    }
}
