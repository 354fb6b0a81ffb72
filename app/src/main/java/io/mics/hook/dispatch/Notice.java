package io.mics.hook.dispatch;

import io.mics.hook.point.HookPoint;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.sdk.plugin.DeliveryEvent;
import io.mics.sdk.plugin.MessageRecord;
import io.mics.sdk.plugin.RecallEvent;
import java.time.Instant;
import java.util.Map;

/** Something that happened and that hooks are told of. */
public sealed interface Notice {
    /** What it is about. */
    Subject subject();

    /** The point whose hooks are told. */
    HookPoint point();

    /** Bytes it keeps alive while it waits, about. */
    int weight();

    /** The message it is about. */
    String messageId();

    /** What a notice takes beside a body, about. */
    int OVERHEAD_BYTES = 512;

    /** A pipe tenant's message was delivered, or kept for later. */
    record Sent(Subject subject, MessageRequest message, Instant at) implements Notice {
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
            return message.getMsgId();
        }

        /** As hooks are told it; the body is copied here and not before. */
        MessageRecord toRecord() {
            return new MessageRecord(
                    message.getMsgId(),
                    message.getMsgId(),
                    subject.sessionId(),
                    subject.user(),
                    subject.sessionType(),
                    subject.messageType(),
                    at,
                    message.getMsgBody().toByteArray(),
                    Map.of());
        }
    }

    /** Somebody has got a message. */
    record Delivered(Subject subject, DeliveryEvent delivery) implements Notice {
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
    record Recalled(Subject subject, RecallEvent recall) implements Notice {
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
