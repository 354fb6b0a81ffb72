package io.mics.hook.dispatch;

import io.mics.hook.point.HookPoint;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.sdk.plugin.DeliveryEvent;
import io.mics.sdk.plugin.MessageRecord;
import io.mics.sdk.plugin.RecallEvent;
import java.time.Instant;
import java.util.Map;

/** Something that happened and of which hooks are notified. */
public sealed interface HookEvent {
    /** What it is about. */
    EventContext context();

    /** The point whose hooks are notified. */
    HookPoint point();

    /** Bytes it keeps alive while it waits, about. */
    int weight();

    /** The message it is about. */
    String messageId();

    /** What an event takes beside a body, about. */
    int OVERHEAD_BYTES = 512;

    /**
     * A pipe tenant's message was delivered or stored offline, or a durable tenant's message is stored.
     *
     * @param storedId the id of a stored message; empty for one of a pipe tenant
     * @param headers  what was stored with it
     */
    record Sent(EventContext context, MessageRequest message, Instant at, String storedId, Map<String, String> headers)
            implements HookEvent {
        /** Takes a copy of the headers. */
        public Sent {
            headers = Map.copyOf(headers);
        }

        @Override
        public HookPoint point() {
            return HookPoint.POST_SEND;
        }

        @Override
        public int weight() {
            return OVERHEAD_BYTES + message.getSerializedSize();
        }

        @Override
        public String messageId() {
            return storedId.isEmpty() ? message.getMsgId() : storedId;
        }

        /** As hooks receive it; the body is copied here and not before. */
        MessageRecord toRecord() {
            return new MessageRecord(
                    messageId(),
                    message.getMsgId(),
                    context.sessionId(),
                    context.user(),
                    context.sessionType(),
                    context.messageType(),
                    at,
                    message.getMsgBody().toByteArray(),
                    headers);
        }
    }

    /** Somebody has got a message. */
    record Delivered(EventContext context, DeliveryEvent delivery) implements HookEvent {
        @Override
        public HookPoint point() {
            return HookPoint.DELIVERY;
        }

        @Override
        public int weight() {
            return OVERHEAD_BYTES;
        }

        @Override
        public String messageId() {
            return delivery.messageId();
        }
    }

    /** A message was taken back. */
    record Recalled(EventContext context, RecallEvent recall) implements HookEvent {
        @Override
        public HookPoint point() {
            return HookPoint.RECALL;
        }

        @Override
        public int weight() {
            return OVERHEAD_BYTES;
        }

        @Override
        public String messageId() {
            return recall.messageId();
        }
    }
}
