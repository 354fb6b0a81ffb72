package io.mics.loadtest.durable.check;

import io.mics.loadtest.durable.check.ConnectionRecord.Event;
import io.mics.loadtest.history.Report;
import io.mics.loadtest.history.Violation.Kind;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** All messages as their senders know them: what was answered, in the order of the frames. */
final class Sends {
    private final RunHistory history;
    private final Report report;
    private final Map<Long, Send> all = new HashMap<>();

    /** One message with all its attempts. */
    static final class Send {
        final long key;
        final int talk;
        final ConnectionRecord firstOn;
        final long firstSent;
        /** Where all its attempts went; -1 when they went to several nodes. */
        int node;

        int attempts;
        int failures;
        /** Whether the outcome was acknowledged as unknown: it may be acknowledged as stored later. */
        boolean undecided;
        /** When it was first acknowledged as sent; {@code Long.MAX_VALUE} when it never was. */
        long accepted = Long.MAX_VALUE;

        /** When its number first reached somebody; {@code Long.MAX_VALUE / 2} when nobody ever was. */
        long known = Long.MAX_VALUE / 2;

        long seq;
        long id;

        Send(long key, int talk, ConnectionRecord firstOn, long firstSent) {
            this.key = key;
            this.talk = talk;
            this.firstOn = firstOn;
            this.firstSent = firstSent;
            this.node = firstOn.node();
        }

        void attempt(ConnectionRecord on) {
            attempts++;
            node = node == on.node() ? node : -1;
        }

        boolean wasAccepted() {
            return accepted != Long.MAX_VALUE;
        }

        /** Whether its sender knows for certain that it was never taken. */
        boolean isRefused() {
            return failures == attempts;
        }
    }

    Sends(RunHistory history, Report report) {
        this.history = history;
        this.report = report;
        history.connections().forEach(this::read);
        history.connections().forEach(this::known);
        all.values().forEach(send -> {
            report.count("messages", 1);
            report.count(send.wasAccepted() ? "messages SENT" : "messages never SENT", 1);
            report.count("attempts", send.attempts);
        });
    }

    @Nullable
    Send find(long key) {
        return all.get(key);
    }

    Collection<Send> all() {
        return all.values();
    }

    private void read(ConnectionRecord connection) {
        Deque<Long> open = new ArrayDeque<>();
        Set<Long> accepted = new HashSet<>();
        connection.forEach((nanos, event, key, talk, seq, id) -> {
            if (event == Event.SENT) {
                all.computeIfAbsent(key, k -> new Send(key, talk, connection, nanos))
                        .attempt(connection);
                open.add(key);
            } else if (event.isAck()) {
                report.count("acked " + event, 1);
                boolean isSecond = event.saysSent() && accepted.remove(key);
                if (isSecond || isOf(connection, open, event, key)) {
                    acked(connection, nanos, event, key, seq, id);
                    if (event == Event.ACCEPTED) {
                        accepted.add(key);
                    }
                }
            }
        });
    }

    private void known(ConnectionRecord connection) {
        connection.forEach((nanos, event, key, talk, seq, id) -> {
            Send send = seq == 0 ? null : all.get(key);
            if (send != null) {
                send.known = Math.min(send.known, nanos);
            }
        });
    }

    /**
     * Whether it answers a message that this connection sent and that is not answered, and the oldest of them. Where
     * nodes read a log, each attempt is acknowledged when it is stored, on the connection that the device has then, and
     * again when it is read again.
     */
    private boolean isOf(ConnectionRecord connection, Deque<Long> open, Event event, long key) {
        Long oldest = open.peek();
        if (oldest != null && oldest == key) {
            open.remove();
            return true;
        }
        if (history.isOneLog() && isAgain(connection, all.get(key), event)) {
            report.count("answered again, or for an earlier attempt", 1);
            return true;
        }
        if (open.remove(key)) {
            report.violation(
                    Kind.ACK_ORDER,
                    connection + " was answered " + history.describe(key) + " before "
                            + history.describe(oldest == null ? key : oldest));
            return true;
        }
        report.violation(Kind.UNASKED_ACK, connection + " was answered " + history.describe(key));
        return false;
    }

    private static boolean isAgain(ConnectionRecord connection, @Nullable Send send, Event event) {
        return send != null
                && (send.attempts > 1
                        || send.firstOn != connection
                        || ((send.seq != 0 || send.undecided) && event.saysSent()))
                && send.firstOn.device().equals(connection.device());
    }

    private void acked(ConnectionRecord connection, long nanos, Event event, long key, long seq, long id) {
        Send send = all.get(key);
        if (send == null) {
            return;
        }
        if (event == Event.FAILED) {
            send.failures++;
        }
        send.undecided |= event == Event.UNKNOWN;
        if (event.saysSent()) {
            send.accepted = Math.min(send.accepted, nanos);
        }
        if (seq == 0) {
            return;
        }
        if (send.seq != 0 && (send.seq != seq || send.id != id)) {
            report.violation(
                    Kind.WRONG_NUMBER,
                    connection + " was told seq " + seq + " id " + id + " of " + history.describe(key) + ", before "
                            + send.seq + " id " + send.id);
        }
        send.seq = seq;
        send.id = id;
    }
}
