package io.mics.loadtest.history;

import io.mics.loadtest.history.ConnectionLog.Answer;
import io.mics.loadtest.history.Violation.Kind;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What every connection received, read once in the order of arrival. Nothing twice on one connection, nothing of
 * another tenant, nothing for somebody else, nothing nobody sent, and in order.
 */
final class Receipts {
    private final Cast cast;
    private final Messages messages;
    private final Timeline timeline;
    private final Rules rules;
    private final Report report;
    private final OrderRule order;
    private final Map<ConnectionLog, LongSet> seen = new HashMap<>();

    Receipts(History history, Messages messages, Timeline timeline, Rules rules, Report report) {
        this.cast = history.cast();
        this.messages = messages;
        this.timeline = timeline;
        this.rules = rules;
        this.report = report;
        this.order = new OrderRule(timeline, rules, report);
        history.oddities().forEach(what -> report.violation(Kind.ALTERED, what));
        timeline.inOrder().forEach(this::read);
        order.close();
    }

    /** Whether a message arrived on a connection. */
    boolean arrived(Message message, ConnectionLog connection) {
        LongSet keys = seen.get(connection);
        return keys != null && keys.contains(message.key());
    }

    private void read(ConnectionLog connection) {
        LongSet keys = new LongSet();
        seen.put(connection, keys);
        OrderRule.Reader reader = order.reader(connection);
        connection.forEachArrival(new ConnectionLog.Arrivals() {
            @Override
            public void delivered(long nanos, int sender, int number) {
                Message message = addressed(connection, sender, number);
                if (message == null) {
                    return;
                }
                report.count("delivered", 1);
                if (keys.add(message.key())) {
                    reader.arrived(nanos, message);
                } else {
                    twice(connection, message, nanos);
                }
            }

            @Override
            public void acked(long nanos, int number, Answer answer) {
                report.count("acked " + answer, 1);
            }
        });
    }

    /** The message, if this connection may receive it. */
    private @Nullable Message addressed(ConnectionLog connection, int sender, int number) {
        Message message = messages.find(sender, number);
        if (message == null) {
            report.violation(Kind.INVENTED, connection + " received " + sender + "#" + number);
            return null;
        }
        String tenant = cast.devices().get(sender).tenant();
        if (!tenant.equals(connection.device().tenant())) {
            report.violation(Kind.TENANT_LEAK, connection + " received " + describe(message));
            return null;
        }
        if (!cast.recipients(message.target).contains(connection.device().user())) {
            report.violation(Kind.MISDELIVERED, connection + " received " + describe(message));
            return null;
        }
        return message;
    }

    /**
     * A second time on one connection. Only a resend whose first attempt was accepted by a node that was killed before
     * it was answered may come twice, because the memory of it died with the node; and one that was resent while the
     * directory or a link was down, because the next node could not ask for that memory. Both are counted.
     */
    private void twice(ConnectionLog connection, Message message, long nanos) {
        boolean forgotten = message.attempts > 1
                && timeline.killed(message.firstOn.node(), message.firstSent, nanos, rules.forgetful());
        boolean unknown = message.attempts > 1 && timeline.separated(message.firstSent, nanos);
        if (forgotten) {
            report.count("twice, its first node killed", 1);
        } else if (unknown) {
            report.count("twice, resent while nodes could not ask each other", 1);
        } else {
            report.violation(
                    Kind.DUPLICATE,
                    connection + " received again " + describe(message) + times(connection, message, nanos));
        }
    }

    /** In ms since it was sent. */
    private static String times(ConnectionLog connection, Message message, long nanos) {
        return String.format(
                ", up since %d, accepted +%s, again +%d ms",
                (connection.connected() - message.firstSent) / 1_000_000,
                message.wasAccepted() ? Long.toString((message.accepted - message.firstSent) / 1_000_000) : "never",
                (nanos - message.firstSent) / 1_000_000);
    }

    String describe(Message message) {
        Cast.Device sender = cast.devices().get(message.sender);
        String target = message.target < 0 ? cast.group(message.target).groupId() : cast.userId(message.target);
        return sender.tenant() + " " + sender.userId() + "/" + sender.deviceId() + "#" + message.number + " to "
                + target + (message.attempts > 1 ? " (" + message.attempts + " attempts)" : "");
    }
}
