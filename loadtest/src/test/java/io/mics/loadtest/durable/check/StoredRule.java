package io.mics.loadtest.durable.check;

import io.mics.loadtest.durable.check.ConnectionRecord.Event;
import io.mics.loadtest.durable.check.Sends.Send;
import io.mics.loadtest.history.LongSet;
import io.mics.loadtest.history.Report;
import io.mics.loadtest.history.Violation.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The database against the acknowledgements: every SENT message once, numbers dense, nothing that was refused for
 * certain, and what one connection sent once in its order.
 */
final class StoredRule {
    private final RunHistory history;
    private final Sends sends;
    private final Stored stored;
    private final Report report;
    private final Map<Long, Integer> rows = new HashMap<>();
    /** The first row of each conversation. */
    private final Map<Integer, Integer> begins = new HashMap<>();

    StoredRule(RunHistory history, Sends sends, Stored stored, Report report) {
        this.history = history;
        this.sends = sends;
        this.stored = stored;
        this.report = report;
        numbers();
        sends.all().forEach(this::check);
        history.connections().forEach(this::order);
    }

    /** The key of what is stored under a number; -1 when there is nothing. */
    long key(int talk, long seq) {
        int row = row(talk, seq);
        return row < 0 ? -1 : stored.key(row);
    }

    /** The id of a row. */
    long id(int row) {
        return stored.id(row);
    }

    /** The row of a number, -1 when there is none; numbers are dense, or {@link #numbers} has said so. */
    int row(int talk, long seq) {
        Integer begin = begins.get(talk);
        long row = begin == null ? -1 : begin + seq - 1;
        return row >= 0 && row < stored.size() && stored.talk((int) row) == talk && stored.seq((int) row) == seq
                ? (int) row
                : -1;
    }

    private void numbers() {
        LongSet ids = new LongSet();
        Set<Integer> found = new HashSet<>();
        int talk = -1;
        long before = 0;
        for (int row = 0; row < stored.size(); row++) {
            if (stored.talk(row) != talk) {
                end(talk, before);
                talk = stored.talk(row);
                before = 0;
                begins.put(talk, row);
                if (!found.add(talk)) {
                    throw new IllegalArgumentException(
                            "rows of " + history.talks().name(talk) + " are apart");
                }
            }
            if (stored.seq(row) != before + 1) {
                report.violation(
                        Kind.SEQ_NOT_DENSE,
                        history.talks().name(talk) + " has " + stored.seq(row) + " after " + before);
            }
            before = stored.seq(row);
            if (!ids.add(stored.id(row))) {
                report.violation(Kind.WRONG_NUMBER, "two messages have the id " + stored.id(row));
            }
            known(row);
        }
        end(talk, before);
        stored.lastSeqs().forEach((number, last) -> {
            if (last > 0 && !found.contains(number)) {
                report.violation(
                        Kind.SEQ_NOT_DENSE, history.talks().name(number) + " ends at " + last + " and has no message");
            }
        });
        report.count("messages stored", stored.size());
        report.count("conversations", found.size());
    }

    private void end(int talk, long last) {
        if (talk >= 0 && stored.lastSeq(talk) != last) {
            report.violation(
                    Kind.SEQ_NOT_DENSE,
                    history.talks().name(talk) + " says it ends at " + stored.lastSeq(talk) + ", and does at " + last);
        }
    }

    private void known(int row) {
        long key = stored.key(row);
        String what =
                history.describe(key) + " in " + history.talks().name(stored.talk(row)) + " at " + stored.seq(row);
        Integer first = rows.putIfAbsent(key, row);
        if (first != null) {
            report.violation(
                    Kind.STORED_TWICE,
                    what + ", and in " + history.talks().name(stored.talk(first)) + " at " + stored.seq(first));
        }
        Send send = sends.find(key);
        if (send == null) {
            report.violation(Kind.INVENTED, what + " was never sent");
        } else if (send.talk != stored.talk(row)) {
            report.violation(
                    Kind.MISDELIVERED, what + " was sent to " + history.talks().name(send.talk));
        }
    }

    private void check(Send send) {
        Integer row = rows.get(send.key);
        if (row == null) {
            if (send.wasAccepted()) {
                report.violation(Kind.NOT_STORED, history.describe(send.key) + " seq " + send.seq);
            }
            return;
        }
        if (!send.wasAccepted()) {
            report.count("stored, without its sender knowing", 1);
            if (send.isRefused()) {
                report.violation(Kind.STORED_FALSELY, history.describe(send.key) + " at " + stored.seq(row));
            }
        }
        if (send.seq != 0 && (send.seq != stored.seq(row) || send.id != stored.id(row))) {
            report.violation(
                    Kind.WRONG_NUMBER,
                    history.describe(send.key) + " was acknowledged as " + send.seq + " id " + send.id
                            + ", and is stored as " + stored.seq(row) + " id " + stored.id(row));
        }
    }

    /** Of what a connection sent to one conversation, each once, none is stored before an earlier one. */
    private void order(ConnectionRecord connection) {
        Map<Integer, Integer> last = new HashMap<>();
        List<Send> sent = new ArrayList<>();
        connection.forEach((nanos, event, key, talk, seq, id) -> {
            Send send = event == Event.SENT ? sends.find(key) : null;
            if (send != null && send.attempts == 1) {
                sent.add(send);
            }
        });
        for (Send send : sent) {
            Integer row = rows.get(send.key);
            if (row == null) {
                continue;
            }
            Integer before = last.put(send.talk, row);
            report.count("order of sending compared", 1);
            if (before != null && stored.talk(before) == stored.talk(row) && stored.seq(before) > stored.seq(row)) {
                report.violation(
                        Kind.ORDER,
                        connection + " sent " + history.describe(stored.key(before)) + " before "
                                + history.describe(send.key) + ", stored at " + stored.seq(before) + " and "
                                + stored.seq(row));
            }
        }
    }
}
