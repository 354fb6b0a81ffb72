package io.mics.conversation;

import com.google.protobuf.ByteString;
import io.mics.protocol.ConversationFrame.Entry;
import io.mics.protocol.ConversationRef;
import io.mics.protocol.StoredMessage;
import java.util.List;

/**
 * What is stored of durable conversations, as their members may see it. A member sees what came after it joined, was
 * not cleared or hidden by it, and is not gone by retention. Blocks, a bounded time; safe on any thread.
 */
public interface Conversations {
    /** Who asks. */
    record Reader(String tenant, String user) {}

    /**
     * A page, in order.
     *
     * @param firstSeq what is older is gone for this reader
     * @param lastSeq  of the conversation; 0 when it has no message
     */
    record Page(List<StoredMessage> messages, long firstSeq, long lastSeq, boolean hasMore) {}

    /** A page of a reader's conversations, newest message first; {@code nextCursor} is empty after the last. */
    record Entries(List<Entry> entries, String nextCursor) {}

    /**
     * Where a reader's pointer is now.
     *
     * @param moved whether it was moved by this
     */
    record ReadMark(long readSeq, long unread, long lastSeq, boolean moved) {}

    /** A page of members, by id; {@code next} is the last one when there are more, else empty. */
    record Members(List<String> users, String next) {}

    /**
     * A conversation of which a device has missed something.
     *
     * @param seenSeq   it has, or may not see, everything up to this
     * @param lastSeq   of the conversation
     * @param createdMs when the first message that it missed was accepted, in milliseconds since 1970
     */
    record MissedPart(ConversationRef conversation, long seenSeq, long lastSeq, long createdMs) {}

    /** What a device has missed. */
    record Missed(List<MissedPart> parts) {
        /** Takes a copy. */
        public Missed {
            parts = List.copyOf(parts);
        }
    }

    /** What a device was given of a conversation, or was not to be given: all of {@code fromSeq} to {@code toSeq}. */
    record Given(String user, String device, ConversationRef conversation, long fromSeq, long toSeq) {}

    /**
     * The messages after {@code afterSeq}, at most {@code limit}. A conversation of two without messages is empty, not
     * absent.
     */
    Reply<Page> after(Reader reader, ConversationRef conversation, long afterSeq, int limit);

    /** The conversations of a reader that changed since a time; 0 is all. {@code world} is not among them. */
    Reply<Entries> list(Reader reader, long changedSinceMs, int limit, String cursor);

    /** Moves the reader's pointer forward, to the end at most. */
    Reply<ReadMark> markRead(Reader reader, ConversationRef conversation, long seq);

    /** A message by its id; whoever may not see it does not find it. */
    Reply<StoredMessage> find(Reader reader, long messageId);

    /** A message by its sender's name for it; only the sender finds it so. */
    Reply<StoredMessage> find(Reader reader, ConversationRef conversation, String clientMsgId);

    /** Takes a message's body away; answers the tombstone. One that is recalled already is answered as it is. */
    Reply<StoredMessage> recall(Reader reader, StoredMessage message, long nowMs);

    /** Replaces a message's body, unless it was recalled meanwhile; answers it with its new version. */
    Reply<StoredMessage> edit(Reader reader, StoredMessage message, ByteString body, long nowMs);

    /** Hides messages from the reader alone; those that do not exist are ignored. */
    Reply<Boolean> hide(Reader reader, ConversationRef conversation, List<Long> seqs);

    /** Removes messages for the reader alone, up to and including {@code upToSeq}. */
    Reply<Boolean> clear(Reader reader, ConversationRef conversation, long upToSeq);

    /** The last sequence number of what was accepted before a time; 0 when there is none. */
    Reply<Long> lastSeqBefore(Reader reader, ConversationRef conversation, long timeMs);

    /** Whether a user is a member of a stored group now. */
    Reply<Boolean> isMember(String tenant, ConversationRef.Group group, String user);

    /** Members of a stored group now, at most {@code limit}, after a user id; empty begins. */
    Reply<Members> members(String tenant, ConversationRef.Group group, String after, int limit);

    /**
     * Makes these users members of a group, which is created when it is not there; those who are members stay as they
     * are. New ones see what comes from now on.
     */
    Reply<Boolean> join(String tenant, ConversationRef.Group group, List<String> users);

    /** These users are members no more. */
    Reply<Boolean> leave(String tenant, ConversationRef.Group group, List<String> users);

    /**
     * Of which conversations a device has not been given everything, at most {@code limit} and {@code world}, those
     * with the oldest such message. One that is not known has missed nothing, and is known from now on: 16 devices of
     * a user, and for 90 days after it was seen.
     */
    Reply<Missed> missed(Reader reader, String device, int limit);

    /**
     * Notes what devices were given; of what does not follow on what they have, or of devices that are not known,
     * nothing. Whether anything was noted.
     */
    Reply<Boolean> advance(String tenant, List<Given> given);

    /** A device that asks what it missed by itself: what it was given is noted no more. Whether it was known. */
    Reply<Boolean> forgetDevice(Reader reader, String device);
}
