package io.mics.hook.dispatch.kafka;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;
import io.mics.event.kafka.KafkaHookHeaders;
import io.mics.hook.dispatch.EventContext;
import io.mics.hook.dispatch.HookEvent;
import io.mics.hook.dispatch.HookEvents;
import io.mics.hook.dispatch.RawRecord;
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
 * Hook events as bytes: a message sent is the {@code MqEvent} of the tenant's event topic, one that is stored, a
 * delivery and a recall are those of {@code mics.log.v1}.
 */
final class HookEventCodec {
    private static final int TRACE_FROM = 3;
    private static final int TRACE_TO = 35;

    private HookEventCodec() {}

    /** Decodes an event; none when hooks are not notified of it, and for bytes that are no event. */
    static Optional<HookEvent> read(HookPoint point, String tenant, RawRecord raw) {
        try {
            return switch (point.label()) {
                case "post-send" ->
                    header(raw, KafkaHookHeaders.EVENT).equals(PersistedEventCodec.PERSISTED)
                            ? PersistedEventCodec.read(tenant, raw.value(), trace(raw))
                            : sent(tenant, MqEvent.parseFrom(raw.value()), raw);
                case "delivery" -> Optional.of(delivered(tenant, DeliveryEvent.parseFrom(raw.value()), raw));
                case "recall" -> Optional.of(recalled(tenant, RecallEvent.parseFrom(raw.value()), raw));
                case String other -> Optional.empty();
            };
        } catch (InvalidProtocolBufferException | DateTimeException e) {
            return Optional.empty();
        }
    }

    private static Optional<HookEvent> sent(String tenant, MqEvent event, RawRecord raw)
            throws InvalidProtocolBufferException {
        if (!HookEvents.isNotified(event.getEventType())) {
            return Optional.empty();
        }
        MessageRequest message = MessageRequest.parseFrom(event.getEventData());
        HookEvents.Known known = new HookEvents.Known(
                header(raw, KafkaHookHeaders.FEATURE_VERSION),
                header(raw, KafkaHookHeaders.MESSAGE_TYPE),
                header(raw, KafkaHookHeaders.IDEMPOTENCY_KEY));
        return Optional.of(
                HookEvents.sent(tenant, message, event.getDeviceId(), event.getTraceId(), event.getTimestamp(), known));
    }

    private static HookEvent delivered(String tenant, DeliveryEvent event, RawRecord raw) {
        return HookEvents.delivered(
                tenant,
                event.getConversationId(),
                event.getDeviceId(),
                trace(raw),
                new io.mics.sdk.plugin.DeliveryEvent(
                        event.getMsgId(), event.getUserId(), event.getAckType(), instant(event.getTimestamp())));
    }

    private static HookEvent recalled(String tenant, RecallEvent event, RawRecord raw) {
        return HookEvents.recalled(
                tenant,
                event.getConversationId(),
                event.getDeviceId(),
                trace(raw),
                new io.mics.sdk.plugin.RecallEvent(
                        event.getMsgId(), event.getOperatorId(), instant(event.getRecalledAt()), Map.of()));
    }

    /** A delivery as bytes. */
    static byte[] write(HookEvent.Delivered event) {
        EventContext about = event.context();
        return DeliveryEvent.newBuilder()
                .setUserId(event.delivery().userId())
                .setAckType(event.delivery().ackType())
                .setTimestamp(timestamp(event.delivery().timestamp()))
                .setMsgId(event.messageId())
                .setTenantId(about.tenant())
                .setConversationId(about.sessionId())
                .setDeviceId(about.device())
                .build()
                .toByteArray();
    }

    /** A recall as bytes. */
    static byte[] write(HookEvent.Recalled event) {
        EventContext about = event.context();
        return RecallEvent.newBuilder()
                .setTenantId(about.tenant())
                .setConversationId(about.sessionId())
                .setMsgId(event.messageId())
                .setOperatorId(event.recall().operatorId())
                .setDeviceId(about.device())
                .setRecalledAt(timestamp(event.recall().recalledAt()))
                .build()
                .toByteArray();
    }

    private static String trace(RawRecord raw) {
        String parent = header(raw, KafkaHookHeaders.TRACEPARENT);
        return parent.length() < TRACE_TO ? "" : parent.substring(TRACE_FROM, TRACE_TO);
    }

    private static String header(RawRecord raw, String name) {
        return raw.headers().getOrDefault(name, "");
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
