package io.mics.sdk.conversation;

import io.mics.proto.message.v1.Conversation;
import java.util.Optional;

/**
 * One conversation in a list.
 *
 * @param last     its last message that the reader may see
 * @param firstSeq what is older is gone for this reader, by retention or clearing
 * @param readSeq  up to where the reader has read
 */
public record ConversationSummary(
        String conversation, Optional<Message> last, long unread, long lastSeq, long firstSeq, long readSeq) {
    static ConversationSummary of(Conversation from) {
        return new ConversationSummary(
                from.getConversationId(),
                from.hasLastMessage() ? Optional.of(Message.of(from.getLastMessage())) : Optional.empty(),
                from.getUnread(),
                from.getLastSeq(),
                from.getFirstSeq(),
                from.getReadSeq());
    }
}
