package io.mics.event;

import com.google.protobuf.MessageLite;
import io.mics.proto.hook.v1.EventType;
import java.util.function.Supplier;

/**
 * Something that happened. Its wire form is made, and signed, only where it leaves the process.
 *
 * @param user   the event's key: the sender, or who connected
 * @param toUser who it is for: a message's recipient; for OFFLINE_MESSAGE the absent user, in groups too; or empty
 * @param data   a {@code ConnectAck} or a {@code MessageRequest}
 * @param timeMs milliseconds since 1970-01-01 UTC
 * @param featureVersion the pre-send hooks the message passed, {@code name=version} each; empty when there were none
 * @param messageType    what its sender said a message is: text, image, …; or empty
 * @param idempotencyKey names a message towards hooks, asked for only where one is called; empty when nothing names it
 * @param session        which one began or ended; {@link SessionId#NONE} where the event is not about one
 */
public record Event(
        String tenant,
        EventType type,
        String user,
        String device,
        String toUser,
        MessageLite data,
        long timeMs,
        String traceId,
        String featureVersion,
        String messageType,
        Supplier<String> idempotencyKey,
        SessionId session) {
    /** What became of a message. */
    public Event(
            String tenant,
            EventType type,
            String user,
            String device,
            String toUser,
            MessageLite data,
            long timeMs,
            String traceId,
            String featureVersion,
            String messageType,
            Supplier<String> idempotencyKey) {
        this(
                tenant,
                type,
                user,
                device,
                toUser,
                data,
                timeMs,
                traceId,
                featureVersion,
                messageType,
                idempotencyKey,
                SessionId.NONE);
    }

    /** A session began or ended. */
    public Event(
            String tenant,
            EventType type,
            String user,
            String device,
            MessageLite data,
            long timeMs,
            String traceId,
            SessionId session) {
        this(tenant, type, user, device, "", data, timeMs, traceId, "", "", Event::unnamed, session);
    }

    /** Something no pre-send hook had to do with. */
    public Event(
            String tenant,
            EventType type,
            String user,
            String device,
            String toUser,
            MessageLite data,
            long timeMs,
            String traceId) {
        this(tenant, type, user, device, toUser, data, timeMs, traceId, "", "", Event::unnamed);
    }

    private static String unnamed() {
        return "";
    }
}
