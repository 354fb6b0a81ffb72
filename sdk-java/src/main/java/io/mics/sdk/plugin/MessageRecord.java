package io.mics.sdk.plugin;

import java.time.Instant;
import java.util.Map;

/**
 * A message that was stored (durable tenants) or delivered (pipe tenants).
 *
 * @param messageId       the gateway's id for it
 * @param clientMessageId the id its client gave it
 * @param conversationId  {@code single:{user}:{user}} or {@code group:{id}}
 * @param sender          who sent it
 * @param sessionType     {@code single} or {@code group}
 * @param messageType     {@code text}, {@code image}, …
 * @param persistedAt     when it was stored or delivered
 * @param payload         the body; empty where the tenant's events carry none
 * @param metadata        what was stored with it
 */
@SuppressWarnings("ArrayRecordComponent") // a body is handed on, never compared
public record MessageRecord(
        String messageId,
        String clientMessageId,
        String conversationId,
        String sender,
        String sessionType,
        String messageType,
        Instant persistedAt,
        byte[] payload,
        Map<String, String> metadata) {

    /** Takes a copy of the metadata; the payload is shared. */
    public MessageRecord {
        metadata = Map.copyOf(metadata);
    }
}
