package io.mics.protocol;

import com.google.protobuf.ByteString;
import java.util.List;
import java.util.Map;

/**
 * What a device of a durable tenant says besides messages of the first protocol; nothing in it is validated yet. Ids of
 * conversations are as the client spelled them; {@code requestId} is echoed in the answer, may be empty, and
 * has at most {@value #REQUEST_ID_MAX} characters.
 */
public sealed interface ConversationRequest extends InboundFrame {
    /** Characters of a request id; codecs take no longer one. */
    int REQUEST_ID_MAX = 128;

    /** A message to a conversation. */
    record Send(
            String clientMsgId, String conversation, String contentType, ByteString body, Map<String, String> headers)
            implements ConversationRequest {
        /** Takes a copy of the headers. */
        public Send {
            headers = Map.copyOf(headers);
        }
    }

    /** Asks for what follows {@code afterSeq}. */
    record Sync(String conversation, long afterSeq, long limit, String requestId) implements ConversationRequest {}

    /** Asks for the user's conversations, of all time when {@code changedSinceMs} is 0. */
    record ListConversations(long changedSinceMs, long limit, String cursor, String requestId)
            implements ConversationRequest {}

    /** Moves the reader's pointer forward. */
    record MarkRead(String conversation, long seq, String requestId) implements ConversationRequest {}

    /**
     * Takes a message back: by its id, or by its sender's name for it.
     *
     * @param messageId    0 when {@code clientMsgId} names it
     * @param conversation empty when the id alone names it
     */
    record Recall(long messageId, String clientMsgId, String conversation, String requestId)
            implements ConversationRequest {}

    /** Replaces a message's body. */
    record Edit(String conversation, long messageId, ByteString body, String requestId)
            implements ConversationRequest {}

    /** The user is typing. */
    record Typing(String conversation) implements ConversationRequest {}

    /** Removes messages for the reader alone. */
    record Hide(String conversation, List<Long> seqs, String requestId) implements ConversationRequest {
        /** Takes a copy of the list. */
        public Hide {
            seqs = List.copyOf(seqs);
        }
    }

    /** Removes messages for the reader alone, up to a sequence number, before a time, or all when both are 0. */
    record Clear(String conversation, long beforeSeq, long beforeMs, String requestId) implements ConversationRequest {}

    /**
     * The device has shown these messages.
     *
     * @param seq everything of {@code conversation} up to it; 0 says nothing
     */
    record Delivered(List<Long> messageIds, String conversation, long seq) implements ConversationRequest {
        /** Takes a copy of the list. */
        public Delivered {
            messageIds = List.copyOf(messageIds);
        }
    }
}
