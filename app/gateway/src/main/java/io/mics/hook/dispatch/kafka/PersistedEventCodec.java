package io.mics.hook.dispatch.kafka;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;
import io.mics.hook.dispatch.HookEvent;
import io.mics.hook.dispatch.HookEvents;
import io.mics.proto.log.v1.MessagePersistedEvent;
import io.mics.protocol.ConversationRef;
import io.mics.protocol.StoredMessage;
import java.time.Instant;
import java.util.Optional;

/** Stored messages as events of the persisted topic, and back. */
public final class PersistedEventCodec {
    /** What the header {@code mics-event} says of these. */
    public static final String PERSISTED = "persisted";

    private static final String DEVICE = "device_id";

    private PersistedEventCodec() {}

    /** The event of a stored message, with its body or without. */
    public static byte[] write(String tenant, StoredMessage stored, boolean withBody) {
        Instant created = Instant.ofEpochMilli(stored.createdMs());
        MessagePersistedEvent.Builder event = MessagePersistedEvent.newBuilder()
                .setTenant(tenant)
                .setMessage(io.mics.proto.log.v1.StoredMessage.newBuilder()
                        .setTenantId(tenant)
                        .setConversationId(stored.conversation().id())
                        .setSeq(stored.seq())
                        .setMessageId(stored.messageId())
                        .setSenderId(stored.sender())
                        .setClientMsgId(stored.clientMsgId())
                        .setContentType(stored.contentType())
                        .setBody(withBody ? stored.body() : ByteString.EMPTY)
                        .putAllHeaders(stored.headers())
                        .setCreatedAt(Timestamp.newBuilder()
                                .setSeconds(created.getEpochSecond())
                                .setNanos(created.getNano())));
        if (!stored.device().isEmpty()) {
            event.putMetadata(DEVICE, stored.device());
        }
        return event.build().toByteArray();
    }

    /** The hook event of one; none where it is not of {@code tenant} or names no conversation. */
    static Optional<HookEvent> read(String tenant, byte[] value, String traceId) throws InvalidProtocolBufferException {
        MessagePersistedEvent event = MessagePersistedEvent.parseFrom(value);
        var message = event.getMessage();
        Optional<ConversationRef> conversation = ConversationRef.ofId(message.getConversationId());
        if (!event.getTenant().equals(tenant) || conversation.isEmpty()) {
            return Optional.empty();
        }
        Timestamp created = message.getCreatedAt();
        StoredMessage stored = new StoredMessage(
                conversation.get(),
                message.getSeq(),
                message.getMessageId(),
                message.getSenderId(),
                event.getMetadataOrDefault(DEVICE, ""),
                message.getClientMsgId(),
                message.getContentType(),
                message.getBody(),
                message.getHeadersMap(),
                Instant.ofEpochSecond(created.getSeconds(), created.getNanos()).toEpochMilli(),
                0,
                0,
                0);
        return Optional.of(HookEvents.stored(tenant, stored, traceId));
    }
}
