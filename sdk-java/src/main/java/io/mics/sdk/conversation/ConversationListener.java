package io.mics.sdk.conversation;

import com.google.protobuf.ByteString;

/**
 * What happens in conversations. Calls come one at a time, on a thread of the client's own; a slow listener makes the
 * client read slower. An exception is logged and goes no further.
 */
public interface ConversationListener {

    /**
     * The next message of its conversation: in the order of {@code seq}, each once, this user's own included when they
     * are stored. Where the numbers jump, what lies between is gone or hidden for this reader. A process that dies
     * between this call and {@link MessageStore#completeTo(String, long)} gets the message again.
     */
    void onMessage(Message message);

    /** As {@link #onMessage}, of a message whose body this client's key does not open; the body is as it came. */
    default void onUnreadable(Message message) {}

    /** A message that was shown is gone; {@code operator} took it back, or is empty when that is not known. */
    default void onRecalled(String conversation, long seq, long messageId, String operator) {}

    /** A message that was shown has another body. */
    default void onEdited(String conversation, long seq, long messageId, ByteString body, int version) {}

    /** A user has read a conversation up to {@code seq}; it may be this user, on another device. */
    default void onRead(String conversation, String user, long seq) {}

    /** A user is typing. */
    default void onTyping(String conversation, String user) {}

    /** A conversation was found changed at catch-up, that with the newest message first. */
    default void onConversation(ConversationSummary conversation) {}

    /** A conversation's unread count changed. */
    default void onUnread(String conversation, long unread, long lastSeq) {}

    /** Everything missed before the last connection has been shown. */
    default void onCaughtUp() {}

    /** Something asked for without waiting was refused: {@code mark_read}, {@code hide}, {@code clear}. */
    default void onRefused(String what, String conversation, int code, String reason) {}
}
