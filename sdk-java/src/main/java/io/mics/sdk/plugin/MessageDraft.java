package io.mics.sdk.plugin;

import java.util.Map;

/**
 * A message that is not accepted yet. A hook changes it by answering another one; what the tenant does not allow to be
 * changed is ignored and counted.
 *
 * @param messageId       the gateway's id for it
 * @param clientMessageId the id its client gave it
 * @param conversationId  {@code single:{user}:{user}} or {@code group:{id}}
 * @param payload         the body; never changed in place
 * @param headers         what travels with it to other hooks
 * @param metadata        what is stored with it
 */
@SuppressWarnings("ArrayRecordComponent") // a body is handed on, never compared; copying it per hook would cost
public record MessageDraft(
        String messageId,
        String clientMessageId,
        String conversationId,
        byte[] payload,
        Map<String, String> headers,
        Map<String, String> metadata) {

    /** Takes copies of the maps; the payload is shared. */
    public MessageDraft {
        headers = Map.copyOf(headers);
        metadata = Map.copyOf(metadata);
    }

    /** This draft with another body. */
    public MessageDraft withPayload(byte[] other) {
        return new MessageDraft(messageId, clientMessageId, conversationId, other, headers, metadata);
    }

    /** This draft with other headers. */
    public MessageDraft withHeaders(Map<String, String> other) {
        return new MessageDraft(messageId, clientMessageId, conversationId, payload, other, metadata);
    }

    /** This draft with other metadata. */
    public MessageDraft withMetadata(Map<String, String> other) {
        return new MessageDraft(messageId, clientMessageId, conversationId, payload, headers, other);
    }
}
