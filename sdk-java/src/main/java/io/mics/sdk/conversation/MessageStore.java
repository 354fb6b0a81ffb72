package io.mics.sdk.conversation;

import java.util.Optional;

/**
 * What a device remembers of its conversations. With one that outlives the process, a client that starts again asks
 * only for what it has missed. Called on one thread at a time; an exception leaves the message to be fetched again.
 */
public interface MessageStore {
    /** What {@link #completeTo(String)} answers of a conversation it knows nothing of. */
    long UNKNOWN = -1;

    /** Up to which {@code seq} everything of a conversation is here or gone; {@link #UNKNOWN} before the first. */
    long completeTo(String conversation);

    /** Remembers that everything up to {@code seq} has been shown; it never moves back. */
    void completeTo(String conversation, long seq);

    /** Adds a message, or replaces that of the same conversation and {@code seq}. */
    void put(Message message);

    /** The message of this number, if it is still here. */
    Optional<Message> get(String conversation, long seq);

    /** Forgets a message. */
    void remove(String conversation, long seq);

    /** Forgets all messages of a conversation up to {@code seq}. */
    void removeUpTo(String conversation, long seq);

    /** When the list of conversations was last caught up with, by the gateway's clock in ms since 1970; 0 is never. */
    long caughtUpAtMs();

    /** Remembers when. */
    void caughtUpAtMs(long ms);
}
