package io.mics.sdk.conversation;

import io.mics.proto.message.v1.AckLevel;
import io.mics.proto.message.v1.AckStatus;
import io.mics.proto.message.v1.ClientFrame;
import io.mics.proto.message.v1.MessageAck;
import io.mics.proto.message.v1.SendMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Messages sent and not yet stored. Each is written again under its id after every ack timeout, until it is accepted or
 * {@code maxAttempts} timeouts are over, and on every new connection, until it is stored: that tells its number, and
 * changes nothing. At most {@code capacity} wait to be accepted; of those accepted, the newest so many are followed
 * until they are stored.
 */
final class PendingMessages {
    private static final String OUTCOME_UNKNOWN = "outcome unknown";

    private static final class Pending {
        final ClientFrame frame;
        final Sending sending;
        int attempts;
        int timeouts;
        boolean accepted;

        Pending(ClientFrame frame, Sending sending) {
            this.frame = frame;
            this.sending = sending;
        }
    }

    /** A message that is stored now, as it was sent. */
    record Stored(SendMessage sent, MessageAck ack) {}

    private final ConversationLink link;
    private final Duration ackTimeout;
    private final int maxAttempts;
    private final int capacity;
    private final String prefix = UUID.randomUUID().toString().replace("-", "") + "-";
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, Pending> pending = new LinkedHashMap<>();
    private long lastId;
    private int unaccepted;
    private boolean connected;
    private boolean closed;

    PendingMessages(ConversationLink link, Duration ackTimeout, int maxAttempts, int capacity) {
        this.link = link;
        this.ackTimeout = ackTimeout;
        this.maxAttempts = maxAttempts;
        this.capacity = capacity;
    }

    Sending add(OutgoingMessage message) {
        lock.lock();
        try {
            String id = message.clientMsgId().isEmpty() ? prefix + ++lastId : message.clientMsgId();
            Sending sending = new Sending(id, link);
            String refusal = closed
                    ? "client closed"
                    : unaccepted >= capacity
                            ? "too many pending sends"
                            : pending.containsKey(id) ? "id is being sent" : "";
            if (!refusal.isEmpty()) {
                sending.settle(new SendResult.Refused(id, 0, refusal));
                return sending;
            }
            Pending added = new Pending(frame(message, id), sending);
            pending.put(id, added);
            unaccepted++;
            transmit(added);
            link.later(ackTimeout, () -> timeout(added));
            return sending;
        } finally {
            lock.unlock();
        }
    }

    private ClientFrame frame(OutgoingMessage message, String id) {
        return ClientFrame.newBuilder()
                .setSend(SendMessage.newBuilder()
                        .setClientMsgId(id)
                        .setConversationId(message.conversation())
                        .setContentType(message.contentType())
                        .setBody(link.seal(message.body()))
                        .putAllHeaders(message.headers()))
                .build();
    }

    /** Writes everything to a new connection, in order. */
    void connected() {
        lock.lock();
        try {
            connected = true;
            pending.values().forEach(this::transmit);
        } finally {
            lock.unlock();
        }
    }

    /** Holds messages back until the next connection. */
    void disconnected() {
        lock.lock();
        try {
            connected = false;
        } finally {
            lock.unlock();
        }
    }

    int size() {
        lock.lock();
        try {
            return unaccepted;
        } finally {
            lock.unlock();
        }
    }

    /** Whether an ack is for a message of this client's conversations. */
    boolean knows(MessageAck ack) {
        lock.lock();
        try {
            return pending.containsKey(ack.getMsgId());
        } finally {
            lock.unlock();
        }
    }

    /** Takes an ack; answers the message when it is stored now. */
    @Nullable
    Stored acknowledge(MessageAck ack) {
        lock.lock();
        try {
            Pending one = pending.get(ack.getMsgId());
            if (one == null) {
                return null;
            }
            if (ack.getStatus() != AckStatus.SENT) {
                if (!ack.getReason().equals(OUTCOME_UNKNOWN)) {
                    settle(one, new SendResult.Refused(ack.getMsgId(), ack.getCode(), ack.getReason()));
                }
                return null;
            }
            if (ack.getSeq() == 0 && ack.getLevel() != AckLevel.ACK_LEVEL_PERSISTED) {
                accepted(one, ack);
                return null;
            }
            settle(
                    one,
                    new SendResult.Stored(
                            ack.getMsgId(),
                            ack.getConversationId(),
                            ack.getSeq(),
                            ack.getMessageId(),
                            ack.getTimestampMs(),
                            ack.getReason().equals("duplicate")));
            return new Stored(one.frame.getSend(), ack);
        } finally {
            lock.unlock();
        }
    }

    private void accepted(Pending one, MessageAck ack) {
        if (one.accepted) {
            return;
        }
        one.accepted = true;
        unaccepted--;
        one.sending.accepted(new SendResult.Accepted(ack.getMsgId(), ack.getTimestampMs()));
        Iterator<Pending> oldest = pending.values().iterator();
        while (pending.size() - unaccepted > capacity) {
            Pending followed = oldest.next();
            if (followed.accepted) {
                oldest.remove();
                followed.sending.settle();
            }
        }
    }

    /** Ends all waiting, and takes nothing more. */
    void close(String reason) {
        List<Pending> rest;
        lock.lock();
        try {
            closed = true;
            rest = new ArrayList<>(pending.values());
            pending.clear();
            unaccepted = 0;
        } finally {
            lock.unlock();
        }
        rest.forEach(one -> one.sending.settle(
                one.accepted
                        ? one.sending.result()
                        : new SendResult.Unanswered(one.sending.clientMsgId(), one.attempts, reason)));
    }

    private void timeout(Pending late) {
        lock.lock();
        try {
            // its id may be that of a later send by now
            if (late.accepted || pending.get(late.sending.clientMsgId()) != late) {
                return;
            }
            if (++late.timeouts < maxAttempts) {
                transmit(late);
                link.later(ackTimeout, () -> timeout(late));
            } else {
                settle(late, new SendResult.Unanswered(late.sending.clientMsgId(), late.attempts, "no ack"));
            }
        } finally {
            lock.unlock();
        }
    }

    private void settle(Pending one, SendResult last) {
        if (pending.remove(one.sending.clientMsgId(), one)) {
            unaccepted -= one.accepted ? 0 : 1;
        }
        one.sending.settle(last);
    }

    private void transmit(Pending one) {
        if (connected && link.write(one.frame)) {
            one.attempts++;
        }
    }
}
