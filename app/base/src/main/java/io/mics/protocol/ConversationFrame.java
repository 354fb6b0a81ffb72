package io.mics.protocol;

import com.google.protobuf.ByteString;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the server says to devices of a durable tenant besides deliveries. Ids of conversations are canonical, times in
 * milliseconds since 1970; {@code requestId} is the request's, or empty.
 */
public sealed interface ConversationFrame extends OutboundFrame {
    /** How safe an accepted message is. */
    enum Level {
        /** The log has it. */
        ACCEPTED,
        /** The database has it. */
        PERSISTED
    }

    /**
     * A message was accepted; a refused one is answered by {@link OutboundFrame.Ack}.
     *
     * @param seq       0 while it is not stored
     * @param messageId 0 while it is not stored
     * @param duplicate whether it had been stored before
     */
    record Ack(
            String clientMsgId,
            String conversation,
            Level level,
            long seq,
            long messageId,
            boolean duplicate,
            long timestampMs)
            implements ConversationFrame {}

    /** A page of a conversation, in order. */
    record Page(
            String conversation,
            String tenant,
            List<StoredMessage> messages,
            long firstSeq,
            long lastSeq,
            boolean hasMore,
            String requestId)
            implements ConversationFrame {
        /** Takes a copy of the list. */
        public Page {
            messages = List.copyOf(messages);
        }
    }

    /** One conversation of a list; {@code last} is its last message that the reader may see. */
    record Entry(
            String conversation,
            @Nullable StoredMessage last,
            long unread,
            long lastSeq,
            long readSeq,
            long firstSeq) {}

    /** A page of conversations, that with the newest message first; {@code nextCursor} is empty after the last. */
    record Entries(String tenant, List<Entry> entries, String nextCursor, String requestId)
            implements ConversationFrame {
        /** Takes a copy of the list. */
        public Entries {
            entries = List.copyOf(entries);
        }
    }

    /** A message was recalled. */
    record Recalled(
            String conversation, long seq, long messageId, String clientMsgId, String operator, long recalledAtMs)
            implements ConversationFrame {}

    /** A message's body was replaced. */
    record Edited(String conversation, long seq, long messageId, ByteString body, long editedAtMs, int version)
            implements ConversationFrame {}

    /** A user has read a conversation up to {@code seq}. */
    record Read(String conversation, String user, long seq) implements ConversationFrame {}

    /** A user is typing. */
    record Typing(String conversation, String user) implements ConversationFrame {}

    /** A reader's unread count, which may not be known, or the last sequence number changed. */
    record Updated(String conversation, long unread, long lastSeq) implements ConversationFrame {
        /** In place of the unread count: nobody counted. */
        public static final long UNREAD_NOT_KNOWN = -1;
    }

    /** Deliveries {@code fromSeq} to {@code toSeq} did not reach this connection; the client asks for them. */
    record Missed(String conversation, long fromSeq, long toSeq) implements ConversationFrame {}
}
