package io.mics.sdk.conversation;

import com.google.protobuf.ByteString;
import java.util.List;

/**
 * The durable conversations of a connected client. Conversations are {@code single:{user}:{user}}, {@code group:{id}}
 * or {@code world}. What returns a boolean does not wait: false means that there is no connection and nothing was
 * asked; a refusal comes to {@link ConversationListener#onRefused}. Safe for many threads.
 *
 * <p>A listener may call what does not wait. What waits, {@link Sending#await} included, throws
 * {@link IllegalStateException} there: behind a listener that does not return the client stops reading, and would not
 * read the answer either.
 */
public interface Conversations {
    /** Messages of one page. */
    int MAX_PAGE = 200;

    /** Messages of one {@link #hide}. */
    int MAX_HIDDEN = 256;

    /** A page of the list, that with the newest message first; {@code nextCursor} is empty after the last. */
    record Page(List<ConversationSummary> conversations, String nextCursor) {
        /** Takes a copy of the list. */
        public Page {
            conversations = List.copyOf(conversations);
        }
    }

    /** Sends a message; without a connection it waits for one. Never blocks: {@link Sending#await} does. */
    Sending send(OutgoingMessage message);

    /** Sends a text. */
    default Sending sendText(String conversation, String text) {
        return send(OutgoingMessage.text(conversation, text));
    }

    /**
     * The user's conversations; waits for the answer, one ack timeout at most.
     *
     * @param cursor of the page before, or empty
     * @param limit  1 to {@value #MAX_PAGE}
     */
    Page list(String cursor, int limit) throws RequestFailed, InterruptedException;

    /**
     * Messages before {@code beforeSeq}, in order, at most {@code limit} (1 to {@value #MAX_PAGE}); waits for the
     * answer, one ack timeout at most; where {@code beforeSeq} is beyond the end, for two, and the newest come. They do
     * not come to the listener.
     */
    List<Message> history(String conversation, long beforeSeq, int limit) throws RequestFailed, InterruptedException;

    /** Everything up to {@code seq} has been read; the pointer never moves back. */
    boolean markRead(String conversation, long seq);

    /** Takes a message of one's own back, within the tenant's window; waits until that is done. */
    void recall(String conversation, long messageId) throws RequestFailed, InterruptedException;

    /** Gives a message of one's own another body, within the tenant's window; waits until that is done. */
    void edit(String conversation, long messageId, ByteString body) throws RequestFailed, InterruptedException;

    /** Lets those online know that this user is typing; more than once in 2 s is once. */
    boolean typing(String conversation);

    /** Removes at most {@value #MAX_HIDDEN} messages, for this user alone. */
    boolean hide(String conversation, List<Long> seqs);

    /** Removes all messages up to {@code seq}, for this user alone. */
    boolean clear(String conversation, long upToSeq);
}
