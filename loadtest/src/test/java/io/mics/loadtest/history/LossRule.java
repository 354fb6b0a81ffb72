package io.mics.loadtest.history;

import io.mics.loadtest.history.Rules.Buffered;
import io.mics.loadtest.history.Violation.Kind;
import java.util.List;

/**
 * What was acknowledged SENT arrived. Every device of a recipient that was online throughout — its connect_ack a second
 * before the message was sent, its connection alive two seconds after the ack, and four after a fault meanwhile — has
 * it on that connection; and every recipient has it on some connection, live or through the buffer. Two things excuse
 * the latter: the message is listed as kept by a killed node; or it may have been on its way to a connection of the
 * recipient that a fault broke without a close frame: acknowledged around that moment, or kept, and the connection was
 * just there. Both are counted apart, as is what only other devices got because this one had come while its node could
 * not reach the directory.
 */
final class LossRule {
    private static final int SHOWN = 4;
    /** From the end of a fault until what it held up has arrived. */
    private static final long HELD_UP_NANOS = 4_000_000_000L;

    /** From the end of a fault until every node has written down who is there. */
    private static final long REGISTERED_NANOS = 2_000_000_000L;

    private static final long AROUND_NANOS = 10_000_000_000L;

    private final Cast cast;
    private final Timeline timeline;
    private final Receipts receipts;
    private final Rules rules;
    private final Report report;

    LossRule(History history, Timeline timeline, Receipts receipts, Rules rules, Report report) {
        this.cast = history.cast();
        this.timeline = timeline;
        this.receipts = receipts;
        this.rules = rules;
        this.report = report;
    }

    void check(Message message) {
        if (!message.wasAccepted()) {
            report.count(message.failed ? "messages FAILED" : "messages without an answer", 1);
            return;
        }
        report.count("messages SENT", 1);
        List<Integer> recipients = cast.recipients(message.target);
        long reached =
                recipients.stream().filter(user -> reached(message, user)).count();
        for (int user : recipients) {
            checkDevices(message, user);
            if (!reached(message, user) && !excused(message, user)) {
                boolean nobody = reached == 0;
                report.violation(
                        nobody ? Kind.FALSE_SENT : Kind.LOST,
                        receipts.describe(message) + " never reached " + name(user) + situation(message, user));
            }
        }
    }

    private boolean reached(Message message, int user) {
        return timeline.of(user).stream().anyMatch(connection -> receipts.arrived(message, connection));
    }

    private void checkDevices(Message message, int user) {
        for (ConnectionLog connection : timeline.of(user)) {
            if (!stayed(connection, message)) {
                continue;
            }
            report.count("owed to a device online", 1);
            if (receipts.arrived(message, connection) || !reached(message, user)) {
                continue;
            }
            if (timeline.faults().stream().anyMatch(fault -> unregistered(fault, connection, message))) {
                report.count("before its device was in the directory", 1);
            } else {
                report.violation(
                        Kind.LOST_TO_DEVICE,
                        receipts.describe(message) + " never reached " + connection + situation(message, user));
            }
        }
    }

    /** The device came while its node could not write it down: others know of it once the node could, no sooner. */
    private static boolean unregistered(Fault fault, ConnectionLog connection, Message message) {
        return (fault.kind() == Fault.Kind.REDIS_CUT || fault.kind() == Fault.Kind.REDIS_STOP)
                && (fault.node() == connection.node() || fault.node() < 0)
                && fault.overlaps(connection.dialled(), connection.connected())
                && message.firstSent < fault.ended() + REGISTERED_NANOS;
    }

    private boolean stayed(ConnectionLog connection, Message message) {
        return connection.wasConnected()
                && connection.connected() + rules.owedAfterNanos() <= message.firstSent
                && connection.ended() - rules.staysNanos() >= message.accepted
                && timeline.faults().stream().noneMatch(fault -> mayDelay(fault, connection, message));
    }

    /** What a fault held up arrives some seconds after its end: on this connection, if it lives until then. */
    private boolean mayDelay(Fault fault, ConnectionLog connection, Message message) {
        return fault.overlaps(message.firstSent - HELD_UP_NANOS, message.accepted)
                && connection.ended() < fault.ended() + HELD_UP_NANOS;
    }

    private boolean excused(Message message, int user) {
        if (rules.buffered().contains(new Buffered(MessageKey.of(message.key()), user))) {
            report.count("lost, listed by a node that was killed", 1);
            return true;
        }
        if (timeline.of(user).stream().anyMatch(connection -> cutShort(connection, message))) {
            report.count("lost on a connection that broke", 1);
            return true;
        }
        return false;
    }

    /**
     * Accepted around the break; or kept, and handed over to a connection that broke as soon as it was there, perhaps
     * before the client had read its connect_ack.
     */
    private boolean cutShort(ConnectionLog connection, Message message) {
        boolean live = connection.connected() <= message.accepted
                && connection.ended() >= message.firstSent - rules.staysNanos()
                && connection.ended() <= message.accepted + rules.staysNanos();
        long there = connection.wasConnected() ? connection.connected() : connection.dialled();
        boolean drained =
                there + rules.staysNanos() >= message.accepted && connection.ended() <= there + rules.staysNanos();
        return (live || drained) && timeline.brokenByFault(connection);
    }

    private String name(int user) {
        return cast.userId(user);
    }

    /** The user's connections around the message, in ms since it was sent, for whoever has to find out why. */
    private String situation(Message message, int user) {
        StringBuilder text = new StringBuilder(", sent to node " + message.firstOn.node() + ", acked +")
                .append(millis(message.accepted, message.firstSent));
        timeline.of(user).stream()
                .filter(connection -> connection.ended() > message.firstSent - rules.staysNanos() * 3)
                .limit(SHOWN)
                .forEach(connection -> text.append(String.format(
                        " [%s node %d %s..%s %s %d]",
                        connection.device().deviceId(),
                        connection.node(),
                        millis(connection.dialled(), message.firstSent),
                        millis(connection.ended(), message.firstSent),
                        connection.ending(),
                        connection.closeCode())));
        timeline.faults().stream()
                .filter(fault -> fault.overlaps(message.firstSent - AROUND_NANOS, message.accepted))
                .forEach(fault -> text.append(String.format(
                        " [%s node %d %s..%s]",
                        fault.kind(),
                        fault.node(),
                        millis(fault.began(), message.firstSent),
                        millis(fault.ended(), message.firstSent))));
        return text.toString();
    }

    private static String millis(long nanos, long since) {
        return nanos == Long.MAX_VALUE ? "never" : Long.toString((nanos - since) / 1_000_000);
    }
}
