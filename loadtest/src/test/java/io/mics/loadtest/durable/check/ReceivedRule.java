package io.mics.loadtest.durable.check;

import io.mics.loadtest.durable.check.ConnectionRecord.Event;
import io.mics.loadtest.durable.check.Sends.Send;
import io.mics.loadtest.history.Cast.Device;
import io.mics.loadtest.history.Fault;
import io.mics.loadtest.history.LongSet;
import io.mics.loadtest.history.Report;
import io.mics.loadtest.history.Violation.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * What connections were sent: what is stored, once, in the order of its numbers, only to members, and to every device
 * that was online throughout when nothing was being done to the installation.
 */
final class ReceivedRule {
    /** A device is owed what is sent later than this after its connect_ack. */
    private static final long OWED_AFTER = TimeUnit.SECONDS.toNanos(1);

    /** A connection counts as online for a message when it lives so long beyond the ack. */
    private static final long STAYS = TimeUnit.SECONDS.toNanos(2);

    private final RunHistory history;
    private final Sends sends;
    private final StoredRule rows;
    private final Report report;
    private final Map<ConnectionRecord, LongSet> delivered = new HashMap<>();
    private final List<List<ConnectionRecord>> byUser = new ArrayList<>();
    private final List<Fault> faults;

    ReceivedRule(RunHistory history, Sends sends, StoredRule rows, Report report) {
        this.history = history;
        this.sends = sends;
        this.rows = rows;
        this.report = report;
        this.faults = history.faults();
        for (int user = 0; user < history.cast().users(); user++) {
            byUser.add(new ArrayList<>());
        }
        for (ConnectionRecord connection : history.connections()) {
            report.count(connection.wasConnected() ? "connections" : "connections refused", 1);
            byUser.get(connection.device().user()).add(connection);
            delivered.put(connection, read(connection));
        }
    }

    /** Checks what devices were owed; what they were sent is checked already. */
    void check() {
        sends.all().forEach(this::online);
    }

    private LongSet read(ConnectionRecord connection) {
        LongSet keys = new LongSet();
        Map<Integer, Long> last = new HashMap<>();
        connection.forEach((nanos, event, key, talk, seq, id) -> {
            if (event != Event.DELIVERED && event != Event.SYNCED) {
                return;
            }
            report.count(event == Event.DELIVERED ? "delivered" : "synced", 1);
            if (!mayHave(connection, event, key, talk, seq, id) || event == Event.SYNCED) {
                return;
            }
            if (!keys.add(key)) {
                report.violation(Kind.DUPLICATE, connection + " was sent again " + describe(key, talk, seq));
                return;
            }
            long before = last.merge(talk, seq, Math::max);
            if (before > seq) {
                report.violation(Kind.ORDER, connection + " was sent " + describe(key, talk, seq) + " after " + before);
            }
        });
        return keys;
    }

    private String describe(long key, int talk, long seq) {
        return history.describe(key) + " of " + history.talks().name(talk) + " at " + seq;
    }

    private boolean mayHave(ConnectionRecord connection, Event event, long key, int talk, long seq, long id) {
        Device device = connection.device();
        Device sender = history.cast().devices().get(RunHistory.sender(key));
        String what = connection + " was sent " + describe(key, talk, seq);
        Send send = sends.find(key);
        if (send == null) {
            report.violation(Kind.INVENTED, what);
            return false;
        }
        if (!sender.tenant().equals(device.tenant())) {
            report.violation(Kind.TENANT_LEAK, what);
            return false;
        }
        boolean own = event == Event.DELIVERED && sender.number() == device.number();
        if (own || !history.talks().get(talk).members().contains(device.user()) || send.talk != talk) {
            report.violation(Kind.MISDELIVERED, what);
            return false;
        }
        int row = rows.row(talk, seq);
        if (row < 0 || rows.key(talk, seq) != key || rows.id(row) != id) {
            report.violation(
                    Kind.WRONG_NUMBER,
                    what + " id " + id + ", where is stored "
                            + (row < 0 ? "nothing" : history.describe(rows.key(talk, seq)) + " id " + rows.id(row)));
            return false;
        }
        return true;
    }

    /** Whoever is online throughout gets it; what was sent while something was being done is left to sync. */
    private void online(Send send) {
        if (!send.wasAccepted()) {
            return;
        }
        long from = send.firstSent - OWED_AFTER;
        long to = send.accepted + STAYS;
        boolean disturbed = send.attempts > 1 || faults.stream().anyMatch(fault -> fault.overlaps(from - STAYS, to));
        for (int user : history.talks().get(send.talk).members()) {
            for (ConnectionRecord connection : byUser.get(user)) {
                boolean owed =
                        connection.lasted(from, to) && connection.device().number() != RunHistory.sender(send.key);
                LongSet got = delivered.get(connection);
                if (!owed || got == null) {
                    continue;
                }
                boolean has = got.contains(send.key);
                if (disturbed) {
                    report.count(has ? "owed amid faults, delivered" : "owed amid faults, left to sync", 1);
                } else {
                    report.count("owed while nothing was done", 1);
                    if (!has) {
                        report.violation(
                                Kind.LOST_TO_DEVICE,
                                connection + " was not sent " + describe(send.key, send.talk, send.seq));
                    }
                }
            }
        }
    }
}
