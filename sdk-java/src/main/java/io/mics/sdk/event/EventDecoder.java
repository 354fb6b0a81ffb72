package io.mics.sdk.event;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.mics.proto.hook.v1.EventType;
import io.mics.proto.hook.v1.MqEvent;
import io.mics.proto.message.v1.ConnectAck;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.sdk.sign.Signer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Makes events of records. Judges tenant, then signature, then type, so that nothing unsigned is looked into further
 * than needed. For one thread.
 */
final class EventDecoder {
    private static final int MAX_SIGNERS = 1024;

    private final EventTopic topic;
    private final EventSecrets secrets;
    private final Map<String, Signer> signers = new HashMap<>();

    EventDecoder(EventTopic topic, EventSecrets secrets) {
        this.topic = topic;
        this.secrets = secrets;
    }

    /** Throws only what the secrets throw. */
    Decoded decode(RawEvent raw) {
        ByteString value = raw.value();
        if (value == null) {
            return unusable(raw, new Rejection.Undecodable("no value"));
        }
        try {
            MqEvent event = MqEvent.parseFrom(value);
            Rejection rejection = judge(raw, event);
            return rejection == null ? content(raw, event) : unusable(raw, rejection);
        } catch (InvalidProtocolBufferException e) {
            return unusable(raw, new Rejection.Undecodable("value is not an MqEvent"));
        }
    }

    private @Nullable Rejection judge(RawEvent raw, MqEvent event) {
        String tenantId = event.getTenantId();
        if (!topic.belongsTo(raw.position().topic(), tenantId)) {
            return new Rejection.ForeignTenant(tenantId);
        }
        List<String> accepted = secrets.accepted(tenantId);
        if (accepted.isEmpty()) {
            return new Rejection.UnknownTenant(tenantId);
        }
        if (accepted.contains("")) {
            return null;
        }
        if (event.getSign().isEmpty()) {
            return new Rejection.Unsigned();
        }
        boolean genuine = accepted.stream()
                .anyMatch(secret -> signer(secret).verify(event).genuine());
        return genuine ? null : new Rejection.BadSignature();
    }

    private Decoded content(RawEvent raw, MqEvent event) {
        Envelope envelope = envelope(raw, event);
        EventType type = event.getEventType();
        try {
            return switch (type) {
                case CONNECT_ONLINE -> new Decoded.Genuine(new Event.ConnectOnline(envelope, ack(event)));
                case CONNECT_OFFLINE -> new Decoded.Genuine(new Event.ConnectOffline(envelope, ack(event)));
                case SINGLE_CHAT_MSG ->
                    new Decoded.Genuine(new Event.SingleChat(envelope, event.getToUserId(), message(event)));
                case GROUP_CHAT_MSG ->
                    new Decoded.Genuine(new Event.GroupChat(envelope, event.getGroupId(), message(event)));
                case OFFLINE_MESSAGE -> missed(raw, event, envelope);
                case UNRECOGNIZED -> unusable(raw, new Rejection.UnknownType(event.getEventTypeValue()));
            };
        } catch (InvalidProtocolBufferException e) {
            return unusable(raw, new Rejection.Undecodable("event_data is not that of " + type));
        }
    }

    private static Decoded missed(RawEvent raw, MqEvent event, Envelope envelope)
            throws InvalidProtocolBufferException {
        return event.getToUserId().isEmpty()
                ? unusable(raw, new Rejection.Undecodable("OFFLINE_MESSAGE without to_user_id"))
                : new Decoded.Genuine(
                        new Event.OfflineMessage(envelope, event.getToUserId(), event.getGroupId(), message(event)));
    }

    private static Envelope envelope(RawEvent raw, MqEvent event) {
        return new Envelope(
                raw.identity(),
                raw.position(),
                event.getTenantId(),
                event.getUserId(),
                event.getDeviceId(),
                event.getMsgId(),
                event.getTimestamp(),
                event.getNodeId(),
                event.getTraceId(),
                Objects.requireNonNullElse(raw.traceparent(), ""),
                Objects.requireNonNullElse(raw.featureVersion(), ""),
                Objects.requireNonNullElse(raw.sessionId(), ""));
    }

    private static Decoded unusable(RawEvent raw, Rejection reason) {
        ByteString value = Objects.requireNonNullElse(raw.value(), ByteString.EMPTY);
        return new Decoded.Unusable(new Rejected(reason, raw.position(), raw.identity(), value));
    }

    private static ConnectAck ack(MqEvent event) throws InvalidProtocolBufferException {
        return ConnectAck.parseFrom(event.getEventData());
    }

    private static MessageRequest message(MqEvent event) throws InvalidProtocolBufferException {
        return MessageRequest.parseFrom(event.getEventData());
    }

    private Signer signer(String secret) {
        if (signers.size() >= MAX_SIGNERS) {
            signers.clear();
        }
        return signers.computeIfAbsent(secret, Signer::new);
    }
}
