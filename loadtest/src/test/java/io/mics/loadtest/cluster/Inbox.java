package io.mics.loadtest.cluster;

import io.mics.loadtest.history.Cast;
import io.mics.loadtest.history.Cast.Device;
import io.mics.loadtest.history.ConnectionLog;
import io.mics.loadtest.history.ConnectionLog.Answer;
import io.mics.loadtest.history.History;
import io.mics.proto.message.v1.AckStatus;
import io.mics.proto.message.v1.MessageAck;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.proto.message.v1.MessageType;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.LongAdder;

/** Writes down what arrives. A frame that is not exactly what was sent, body and address, is an oddity. Thread-safe. */
final class Inbox {
    private final History history;
    private final Map<String, LongAdder> reasons = new ConcurrentHashMap<>();
    private final LongAdder deliveries = new LongAdder();

    Inbox(History history) {
        this.history = history;
    }

    /** A delivery has arrived. */
    void delivered(ConnectionLog log, MessageRequest message) {
        deliveries.increment();
        Optional<BodyMarker> marker = BodyMarker.read(message.getMsgBody());
        if (marker.isEmpty() || !history.cast().has(marker.get().sender())) {
            history.oddity(log, "a body nobody sent: " + message.getMsgBody().toStringUtf8());
            return;
        }
        BodyMarker said = marker.get();
        if (!addressed(message, said)) {
            history.oddity(
                    log,
                    said + " from " + message.getTenantId() + " " + message.getUserId() + "/" + message.getDeviceId()
                            + "#" + message.getMsgId() + " to " + message.getToUserId() + message.getGroupId());
        }
        log.delivered(System.nanoTime(), said.sender(), said.number());
    }

    private boolean addressed(MessageRequest message, BodyMarker said) {
        Cast cast = history.cast();
        Device sender = cast.devices().get(said.sender());
        boolean group = said.target() < 0;
        String to = group ? cast.group(said.target()).groupId() : cast.userId(said.target());
        return message.getTenantId().equals(sender.tenant())
                && message.getUserId().equals(sender.userId())
                && message.getDeviceId().equals(sender.deviceId())
                && message.getMsgId().equals(Integer.toString(said.number()))
                && message.getMsgType() == (group ? MessageType.GROUP_CHAT : MessageType.SINGLE_CHAT)
                && (group ? message.getGroupId() : message.getToUserId()).equals(to);
    }

    /** An ack has arrived; returns whose it is. */
    OptionalInt acked(ConnectionLog log, MessageAck ack) {
        int number;
        try {
            number = Integer.parseInt(ack.getMsgId());
        } catch (NumberFormatException e) {
            history.oddity(log, "an ack for message \"" + ack.getMsgId() + "\"");
            return OptionalInt.empty();
        }
        Answer answer = answer(ack);
        if (answer == Answer.FAILED) {
            reasons.computeIfAbsent(ack.getReason(), reason -> new LongAdder()).increment();
        }
        log.acked(System.nanoTime(), number, answer);
        return OptionalInt.of(number);
    }

    static Answer answer(MessageAck ack) {
        if (ack.getStatus() != AckStatus.SENT) {
            return Answer.FAILED;
        }
        return ack.getReason().equals("duplicate") ? Answer.DUPLICATE : Answer.SENT;
    }

    long deliveries() {
        return deliveries.sum();
    }

    /** How often each reason of a FAILED came. */
    Map<String, Long> reasons() {
        Map<String, Long> counts = new ConcurrentSkipListMap<>();
        reasons.forEach((reason, count) -> counts.put(reason, count.sum()));
        return counts;
    }
}
