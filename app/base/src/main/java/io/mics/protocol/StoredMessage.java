package io.mics.protocol;

import com.google.protobuf.ByteString;
import io.mics.proto.message.v1.MessageRequest;
import io.mics.proto.message.v1.MessageType;
import java.util.Map;

/**
 * A message of a durable conversation as it stands in the database. A recalled one is a tombstone: its body is empty.
 *
 * @param seq         1, 2, 3… within its conversation, without gaps
 * @param messageId   unique in the cluster, positive
 * @param device      that sent it
 * @param clientMsgId its sender's name for it
 * @param contentType text, image, …; empty when its sender did not say
 * @param createdMs   when it was accepted, in milliseconds since 1970
 * @param editedMs    when it was edited last, in milliseconds since 1970; 0 is never
 * @param version     how often it was edited
 * @param recalledMs  when it was recalled, in milliseconds since 1970; 0 is never
 */
public record StoredMessage(
        ConversationRef conversation,
        long seq,
        long messageId,
        String sender,
        String device,
        String clientMsgId,
        String contentType,
        ByteString body,
        Map<String, String> headers,
        long createdMs,
        long editedMs,
        int version,
        long recalledMs) {
    /** Takes a copy of the headers. */
    public StoredMessage {
        headers = Map.copyOf(headers);
    }

    public boolean isRecalled() {
        return recalledMs != 0;
    }

    /** As clients of the first protocol know a message. */
    public MessageRequest request(String tenant) {
        MessageRequest.Builder request = MessageRequest.newBuilder()
                .setTenantId(tenant)
                .setUserId(sender)
                .setDeviceId(device)
                .setMsgId(clientMsgId)
                .setMsgBody(body)
                .setTimestampMs(createdMs);
        return switch (conversation) {
            case ConversationRef.Single single ->
                request.setMsgType(MessageType.SINGLE_CHAT)
                        .setToUserId(single.other(sender))
                        .build();
            case ConversationRef.Group group ->
                request.setMsgType(MessageType.GROUP_CHAT)
                        .setGroupId(group.group())
                        .build();
            case ConversationRef.World world ->
                request.setMsgType(MessageType.GROUP_CHAT)
                        .setGroupId(world.id())
                        .build();
        };
    }
}
