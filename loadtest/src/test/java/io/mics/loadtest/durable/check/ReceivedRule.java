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
import org.jspecify.annotations.Nullable;

/**
 * What connections were sent: what is stored, once, in the order of its numbers, only to members, and to every device
 * that was online throughout when nothing was being done to the installation.
 */
final class ReceivedRule {
    /** A device is owed what is sent later than this after its connect_ack. */
    private static final long OWED_AFTER = TimeUnit.SECONDS.toNanos(1);

    /** A connection counts as online for a message when it lives so long beyond the ack, which is not the last step. */
    private static final long STAYS = TimeUnit.SECONDS.toNanos(5);

    /** How long before and after a fault others may feel it. */
    private static final long SLACK = TimeUnit.SECONDS.toNanos(2);

    /** How long before a message what was done may explain what became of it. */
    private static final long AROUND = TimeUnit.SECONDS.toNanos(15);

    private static final int ANY_NODE = 0xFFFF;

    private final RunHistory history;
    private final Sends sends;
    private final StoredRule rows;
    private final Report report;
    private final Map<ConnectionRecord, LongSet> delivered = new HashMap<>();
    /** What came in pages that a connection asked for, and not otherwise before. */
    private final Map<ConnectionRecord, LongSet> pages = new HashMap<>();

    private final List<List<ConnectionRecord>> byUser = new ArrayList<>();
    private final List<Fault> faults;
    private final boolean severalNodes;

    ReceivedRule(RunHistory history, Sends sends, StoredRule rows, Report report) {
        this.history = history;
        this.sends = sends;
        this.rows = rows;
        this.report = report;
        this.faults = history.faults();
        this.severalNodes = history.connections().stream().anyMatch(connection -> connection.node() > 0);
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
        LongSet inPages = new LongSet();
        pages.put(connection, inPages);
        Map<Long, Long> last = new HashMap<>();
        connection.forEach((nanos, event, key, talk, seq, id) -> {
            if (event != Event.DELIVERED && event != Event.SYNCED) {
                return;
            }
            report.count(event == Event.DELIVERED ? "delivered" : "synced", 1);
            if (!mayHave(connection, event, key, talk, seq, id)) {
                return;
            }
            if (event == Event.SYNCED) {
                inPages.add(key);
                return;
            }
            if (inPages.contains(key)) {
                report.count("delivered after it was in a page", 1);
            }
            if (!keys.add(key)) {
                report.violation(
                        Kind.DUPLICATE,
                        connection + " was sent again " + describe(key, talk, seq) + around(nanos, sends.find(key)));
                return;
            }
            order(connection, last, nanos, key, talk, seq);
        });
        return keys;
    }

    /** In the order of the numbers; of what several nodes stored without one log, that of each. */
    private void order(ConnectionRecord connection, Map<Long, Long> last, long nanos, long key, int talk, long seq) {
        Send send = sends.find(key);
        if (last.merge((long) talk << 32 | ANY_NODE, seq, Math::max) > seq) {
            report.count("delivered after a later one", 1);
        }
        boolean comparable = send != null && (history.isOneLog() || send.node >= 0);
        if (send == null || !comparable || send.firstSent < connection.connected() + OWED_AFTER) {
            report.count("order not compared: sent to several nodes, or before the connect", 1);
            return;
        }
        int log = history.isOneLog() ? 0 : send.node;
        long before = last.merge((long) talk << 32 | log, seq, Math::max);
        if (before > seq && severalNodes && isDisturbed(send, nanos)) {
            report.count("delivered after a later one of its log, amid faults", 1);
        } else if (before > seq) {
            report.violation(
                    Kind.ORDER,
                    connection + " was sent " + describe(key, talk, seq) + " after " + before + around(nanos, send));
        }
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

    /** Whether something was done to the installation from a little before a message was sent to a little after. */
    private boolean isDisturbed(Send send, long until) {
        long from = send.firstSent - OWED_AFTER - SLACK;
        return send.attempts > 1
                || history.isUnready(from, until + SLACK)
                || faults.stream().anyMatch(fault -> fault.overlaps(from, until + SLACK));
    }

    /** When something happened to a message, and what was done to the installation around then, in ms. */
    private String around(long nanos, @Nullable Send send) {
        if (send == null) {
            return "";
        }
        StringBuilder text = new StringBuilder(String.format(
                ", +%d ms, sent to node %d, %d attempts, acknowledged +%d ms",
                (nanos - send.firstSent) / 1_000_000,
                send.node,
                send.attempts,
                (send.accepted - send.firstSent) / 1_000_000));
        faults.stream()
                .filter(fault -> fault.overlaps(send.firstSent - AROUND, nanos))
                .forEach(fault -> text.append(String.format(
                        " [%s node %d %d..%d]",
                        fault.kind(),
                        fault.node(),
                        (fault.began() - send.firstSent) / 1_000_000,
                        (fault.ended() - send.firstSent) / 1_000_000)));
        return text.toString();
    }

    private static String times(ConnectionRecord connection, Send send) {
        return String.format(
                ", sent to node %d, %d ms after the connect, acknowledged +%d ms",
                send.node,
                (send.firstSent - connection.connected()) / 1_000_000,
                (send.accepted - send.firstSent) / 1_000_000);
    }

    /** Whoever is online throughout gets it; what was sent while something was being done is left to sync. */
    private void online(Send send) {
        if (!send.wasAccepted()) {
            return;
        }
        long from = send.firstSent - OWED_AFTER;
        // a log is read later
        long stored = history.isOneLog() ? Math.max(send.accepted, send.known) : send.accepted;
        long to = stored + STAYS;
        boolean disturbed = isDisturbed(send, stored);
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
                    LongSet inPages = pages.get(connection);
                    if (!has && inPages != null && inPages.contains(send.key)) {
                        // who has it from a page is not sent it again
                        report.count("owed while nothing was done, had by a page", 1);
                    } else if (!has) {
                        report.violation(
                                Kind.LOST_TO_DEVICE,
                                connection + " was not sent " + describe(send.key, send.talk, send.seq)
                                        + times(connection, send)
                                        + around(send.accepted, send));
                    }
                }
            }
        }
    }
}
