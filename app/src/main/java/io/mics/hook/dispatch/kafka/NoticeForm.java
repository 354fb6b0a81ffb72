package io.mics.hook.dispatch.kafka;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;
import io.mics.event.kafka.KafkaHookHeaders;
import io.mics.hook.dispatch.Notice;
import io.mics.hook.dispatch.Notices;
import io.mics.hook.dispatch.Subject;
import io.mics.hook.dispatch.Wire;
import io.mics.hook.point.HookPoint;
import io.mics.proto.hook.v1.MqEvent;
import io.mics.proto.log.v1.DeliveryEvent;
import io.mics.proto.log.v1.RecallEvent;
import io.mics.proto.message.v1.MessageRequest;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * Notices as bytes: a message sent is the {@code MqEvent} of the tenant's event topic, a delivery and a recall are
 * those of {@code mics.log.v1}.
 */
final class NoticeForm {
    private static final int TRACE_FROM = 3;
    private static final int TRACE_TO = 35;

    private NoticeForm() {}

    /** What the bytes say; none when hooks are not told of it. Throws nothing for bytes that make no sense. */
    static Optional<Notice> read(HookPoint point, String tenant, Wire wire) {
        try {
            return switch (point) {
                case PRE_SEND, ENTRY, LOGIN, HEARTBEAT -> Optional.empty();
                case POST_SEND -> sent(tenant, MqEvent.parseFrom(wire.value()), wire);
                case DELIVERY -> Optional.of(delivered(tenant, DeliveryEvent.parseFrom(wire.value()), wire));
                case RECALL -> Optional.of(recalled(tenant, RecallEvent.parseFrom(wire.value()), wire));
            };
        } catch (InvalidProtocolBufferException | DateTimeException e) {
            return Optional.empty();
        }
    }

    private static Optional<Notice> sent(String tenant, MqEvent event, Wire wire)
            throws InvalidProtocolBufferException {
        if (!Notices.isTold(event.getEventType())) {
            return Optional.empty();
        }
        MessageRequest message = MessageRequest.parseFrom(event.getEventData());
        Notices.Known known = new Notices.Known(
                header(wire, KafkaHookHeaders.FEATURE_VERSION),
                header(wire, KafkaHookHeaders.MESSAGE_TYPE),
                header(wire, KafkaHookHeaders.IDEMPOTENCY_KEY));
        return Optional.of(
                Notices.sent(tenant, message, event.getDeviceId(), event.getTraceId(), event.getTimestamp(), known));
    }

    private static Notice delivered(String tenant, DeliveryEvent event, Wire wire) {
        return Notices.delivered(
                tenant,
                event.getConversationId(),
                event.getDeviceId(),
                trace(wire),
                new io.mics.sdk.plugin.DeliveryEvent(
                        event.getMsgId(), event.getUserId(), event.getAckType(), instant(event.getTimestamp())));
    }

    private static Notice recalled(String tenant, RecallEvent event, Wire wire) {
        return Notices.recalled(
                tenant,
                event.getConversationId(),
                event.getDeviceId(),
                trace(wire),
                new io.mics.sdk.plugin.RecallEvent(
                        event.getMsgId(), event.getOperatorId(), instant(event.getRecalledAt()), Map.of()));
    }

    /** A delivery as bytes. */
    static byte[] write(Notice.Delivered notice) {
        Subject about = notice.subject();
        return DeliveryEvent.newBuilder()
                .setUserId(notice.delivery().userId())
                .setAckType(notice.delivery().ackType())
                .setTimestamp(timestamp(notice.delivery().timestamp()))
                .setMsgId(notice.messageId())
                .setTenantId(about.tenant())
                .setConversationId(about.sessionId())
                .setDeviceId(about.device())
                .build()
                .toByteArray();
    }

    /** A recall as bytes. */
    static byte[] write(Notice.Recalled notice) {
        Subject about = notice.subject();
        return RecallEvent.newBuilder()
                .setTenantId(about.tenant())
                .setConversationId(about.sessionId())
                .setMsgId(notice.messageId())
                .setOperatorId(notice.recall().operatorId())
                .setDeviceId(about.device())
                .setRecalledAt(timestamp(notice.recall().recalledAt()))
                .build()
                .toByteArray();
    }

    private static String trace(Wire wire) {
        String parent = header(wire, KafkaHookHeaders.TRACEPARENT);
        return parent.length() < TRACE_TO ? "" : parent.substring(TRACE_FROM, TRACE_TO);
    }

    private static String header(Wire wire, String name) {
        return wire.headers().getOrDefault(name, "");
    }

    private static Instant instant(Timestamp time) {
        return Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
    }

    private static Timestamp timestamp(Instant time) {
        return Timestamp.newBuilder()
                .setSeconds(time.getEpochSecond())
                .setNanos(time.getNano())
                .build();
    }
}
