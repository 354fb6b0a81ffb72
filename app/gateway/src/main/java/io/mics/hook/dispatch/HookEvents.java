package io.mics.hook.dispatch;

import io.mics.event.Event;
import io.mics.proto.hook.v1.EventType;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.proto.message.v1.MessageType;
import io.mics.protocol.Conversation;
import io.mics.protocol.ConversationRef;
import io.mics.protocol.StoredMessage;
import io.mics.sdk.plugin.DeliveryEvent;
import io.mics.sdk.plugin.RecallEvent;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/** Makes hook events of what happened. */
public final class HookEvents {
    /** The attribute with the pre-send hooks a message passed, {@code name=version} each. */
    static final String PASSED = "message_feature_version";

    private static final int KEY_BYTES = 16;

    private HookEvents() {}

    /** Whether hooks are notified of an event. */
    static boolean isNotified(Event event) {
        return isNotified(event.type());
    }

    /** Whether hooks are notified of events of a type. */
    public static boolean isNotified(EventType type) {
        return type == EventType.SINGLE_CHAT_MSG || type == EventType.GROUP_CHAT_MSG;
    }

    /** The hook event of an event of the log; none where no hook is notified of it. */
    static Optional<HookEvent> of(Event event) {
        if (!isNotified(event) || !(event.data() instanceof MessageRequest message)) {
            return Optional.empty();
        }
        Known known = new Known(
                event.featureVersion(),
                event.messageType(),
                event.idempotencyKey().get());
        return Optional.of(sent(event.tenant(), message, event.device(), event.traceId(), event.timeMs(), known));
    }

    /**
     * What a message's event says beside the message; each may be empty.
     *
     * @param featureVersion the pre-send hooks it passed
     * @param messageType    what its sender said it is
     * @param idempotencyKey names it towards hooks
     */
    public record Known(String featureVersion, String messageType, String idempotencyKey) {}

    /** A message sent at {@code timeMs}. */
    public static HookEvent.Sent sent(
            String tenant, MessageRequest message, String device, String traceId, long timeMs, Known known) {
        EventContext context = new EventContext(
                tenant,
                Conversation.of(message),
                message.getMsgType() == MessageType.GROUP_CHAT ? "group" : "single",
                messageType(message, known.messageType()),
                message.getUserId(),
                device,
                traceId,
                known.idempotencyKey(),
                known.featureVersion().isEmpty() ? Map.of() : Map.of(PASSED, known.featureVersion()));
        return new HookEvent.Sent(context, message, Instant.ofEpochMilli(timeMs), "", Map.of());
    }

    /** A durable tenant's message is stored. Whatever is published of it twice has the same key. */
    public static HookEvent.Sent stored(String tenant, StoredMessage stored, String traceId) {
        String id = Long.toString(stored.messageId());
        MessageRequest message = stored.request(tenant);
        EventContext context = new EventContext(
                tenant,
                stored.conversation().id(),
                switch (stored.conversation()) {
                    case ConversationRef.Single single -> "single";
                    case ConversationRef.Group group -> "group";
                    case ConversationRef.World world -> "group";
                },
                messageType(message, stored.contentType()),
                stored.sender(),
                stored.device(),
                traceId,
                hash(tenant, stored.conversation().id(), id),
                Map.of());
        return new HookEvent.Sent(context, message, Instant.ofEpochMilli(stored.createdMs()), id, stored.headers());
    }

    /** A user's device has got a message; {@code conversation} may be empty. */
    public static HookEvent.Delivered delivered(
            String tenant, String conversation, String device, String traceId, DeliveryEvent delivery) {
        return new HookEvent.Delivered(about(tenant, conversation, delivery.userId(), device, traceId), delivery);
    }

    /** A user takes a message back. */
    public static HookEvent.Recalled recalled(
            String tenant, String conversation, String device, String traceId, RecallEvent recall) {
        return new HookEvent.Recalled(about(tenant, conversation, recall.operatorId(), device, traceId), recall);
    }

    private static EventContext about(String tenant, String conversation, String user, String device, String traceId) {
        String type = conversation.startsWith("group:") ? "group" : conversation.startsWith("single:") ? "single" : "";
        return new EventContext(tenant, conversation, type, "", user, device, traceId, "", Map.of());
    }

    /** The type of its event; a delivery and a recall have none. */
    public static Optional<EventType> eventType(HookEvent event) {
        return switch (event) {
            case HookEvent.Sent sent ->
                Optional.of(
                        sent.message().getMsgType() == MessageType.GROUP_CHAT
                                ? EventType.GROUP_CHAT_MSG
                                : EventType.SINGLE_CHAT_MSG);
            case HookEvent.Delivered delivered -> Optional.empty();
            case HookEvent.Recalled recalled -> Optional.empty();
        };
    }

    /** What the sender said it is, else what the body looks like. */
    static String messageType(MessageRequest message, String said) {
        return !said.isEmpty() ? said : message.getMsgBody().isValidUtf8() ? "text" : "binary";
    }

    /** The key under which hooks know an event: its own, or a hash of what distinguishes it from others. */
    static String idempotencyKey(HookEvent event) {
        EventContext about = event.context();
        if (!about.idempotencyKey().isEmpty()) {
            return about.idempotencyKey();
        }
        String last = switch (event) {
            case HookEvent.Sent sent -> Long.toString(sent.message().getTimestampMs());
            case HookEvent.Delivered delivered -> delivered.delivery().ackType();
            case HookEvent.Recalled recalled ->
                Long.toString(recalled.recall().recalledAt().toEpochMilli());
        };
        return hash(
                event.point().label(),
                about.tenant(),
                about.user(),
                about.device(),
                event.messageId(),
                about.sessionId(),
                last);
    }

    private static String hash(String... parts) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256")
                    .digest(String.join("|", parts).getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash, 0, KEY_BYTES);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256", e);
        }
    }
}
