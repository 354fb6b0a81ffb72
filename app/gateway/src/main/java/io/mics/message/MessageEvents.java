package io.mics.message;

import io.mics.event.Event;
import io.mics.event.EventLog;
import io.mics.proto.hook.v1.EventType;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.proto.message.v1.MessageType;

/** Publishes messages that were sent, or could not be, but none that was rejected. */
public final class MessageEvents {
    private final EventLog log;
    private final IdempotencyKeys keys;

    /** Publishes to {@code log}; {@code keys} name messages towards hooks. */
    public MessageEvents(EventLog log, IdempotencyKeys keys) {
        this.log = log;
        this.keys = keys;
    }

    /** What became of the message's event, in a word. */
    String publish(Sender sender, Attempted attempted, long timeMs) {
        if (attempted.outcome() instanceof Outcome.Rejected) {
            return "none";
        }
        MessageRequest message = attempted.delivery().message();
        EventType type =
                message.getMsgType() == MessageType.GROUP_CHAT ? EventType.GROUP_CHAT_MSG : EventType.SINGLE_CHAT_MSG;
        boolean accepted = log.publish(new Event(
                sender.tenant().id(),
                type,
                sender.user(),
                sender.device(),
                message.getToUserId(),
                message,
                timeMs,
                sender.traceId(),
                attempted.featureVersion(),
                attempted.delivery().contentType(),
                () -> keys.of(sender, attempted.delivery())));
        return accepted ? "accepted" : "refused";
    }
}
