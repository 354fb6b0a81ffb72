package io.mics.loadtest.history;

import io.mics.loadtest.history.ConnectionLog.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Every message of a history by sender and number, put together from all attempts and acks. */
final class Messages {
    private final List<List<@Nullable Message>> bySender = new ArrayList<>();

    /** Reads what was sent and answered; an answer to nothing is a violation. */
    Messages(History history, Timeline timeline, Report report) {
        history.cast().devices().forEach(device -> bySender.add(new ArrayList<>()));
        timeline.inOrder().forEach(connection -> attempts(connection, report));
        timeline.inOrder().forEach(connection -> answers(connection, report));
    }

    /** The message, or null when nobody sent it. */
    @Nullable
    Message find(int sender, int number) {
        if (sender < 0 || sender >= bySender.size()) {
            return null;
        }
        List<@Nullable Message> sent = bySender.get(sender);
        return number > 0 && number < sent.size() ? sent.get(number) : null;
    }

    void forEach(Consumer<Message> action) {
        for (List<@Nullable Message> sent : bySender) {
            for (Message message : sent) {
                if (message != null) {
                    action.accept(message);
                }
            }
        }
    }

    private void attempts(ConnectionLog connection, Report report) {
        int sender = connection.device().number();
        List<@Nullable Message> sent = bySender.get(sender);
        connection.forEachSend((nanos, number, target) -> {
            Message known = find(sender, number);
            if (known != null) {
                known.attempts++;
                report.count("resent", 1);
                return;
            }
            while (sent.size() <= number) {
                sent.add(null);
            }
            sent.set(number, new Message(sender, number, target, connection, nanos));
        });
    }

    private void answers(ConnectionLog connection, Report report) {
        LongSet attempted = new LongSet();
        connection.forEachSend((nanos, number, target) -> attempted.add(number));
        connection.forEachArrival(new ConnectionLog.Arrivals() {
            @Override
            public void delivered(long nanos, int sender, int number) {}

            @Override
            public void acked(long nanos, int number, Answer answer) {
                Message message = find(connection.device().number(), number);
                if (message == null || !attempted.contains(number)) {
                    report.violation(Violation.Kind.UNASKED_ACK, connection + ": " + answer + " for message " + number);
                } else {
                    take(message, nanos, answer);
                }
            }
        });
    }

    private static void take(Message message, long nanos, Answer answer) {
        switch (answer) {
            case SENT, DUPLICATE -> message.accepted = Math.min(message.accepted, nanos);
            case FAILED -> message.failed = true;
        }
    }
}
