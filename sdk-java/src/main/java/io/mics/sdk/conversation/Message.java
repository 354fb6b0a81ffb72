package io.mics.sdk.conversation;

import com.google.protobuf.ByteString;
import io.mics.proto.message.v1.MessageDelivery;
import io.mics.proto.message.v1.MessageRequest;

/**
 * A message of a conversation, as it stands now. A recalled one is a tombstone: its body is empty.
 *
 * @param conversation {@code single:{min}:{max}}, {@code group:{id}} or {@code world}
 * @param seq          1, 2, 3… within the conversation
 * @param messageId    unique in the gateway's cluster
 * @param clientMsgId  its sender's name for it
 * @param contentType  text, image, …; empty when the sender did not say
 * @param body         decrypted, when the client has a key
 * @param createdMs    when the gateway accepted it, in ms since 1970
 * @param editedMs     when it was edited last, in ms since 1970; 0 is never
 * @param version      how often it was edited
 * @param recalledMs   when it was recalled, in ms since 1970; 0 is never
 */
public record Message(
        String conversation,
        long seq,
        long messageId,
        String sender,
        String senderDevice,
        String clientMsgId,
        String contentType,
        ByteString body,
        long createdMs,
        long editedMs,
        int version,
        long recalledMs) {

    /** The body read as UTF-8. */
    public String text() {
        return body.toStringUtf8();
    }

    public boolean isRecalled() {
        return recalledMs != 0;
    }

    static Message of(MessageDelivery delivery) {
        MessageRequest message = delivery.getMessage();
        return new Message(
                delivery.getConversationId(),
                delivery.getSeq(),
                delivery.getMessageId(),
                message.getUserId(),
                delivery.getSenderDevice(),
                message.getMsgId(),
                delivery.getContentType(),
                message.getMsgBody(),
                message.getTimestampMs(),
                delivery.getEditedAtMs(),
                delivery.getVersion(),
                delivery.getRecalledAtMs());
    }

    Message withBody(ByteString other) {
        return edited(other, editedMs, version);
    }

    Message edited(ByteString other, long atMs, int newVersion) {
        return new Message(
                conversation,
                seq,
                messageId,
                sender,
                senderDevice,
                clientMsgId,
                contentType,
                other,
                createdMs,
                atMs,
                newVersion,
                recalledMs);
    }

    Message recalled(long atMs) {
        return new Message(
                conversation,
                seq,
                messageId,
                sender,
                senderDevice,
                clientMsgId,
                contentType,
                ByteString.EMPTY,
                createdMs,
                editedMs,
                version,
                atMs);
    }
}
