package io.mics.session.stored;

import io.mics.protocol.Delivery;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a device that does not ask what it missed is given on one connection. While that is pushed, a conversation's
 * messages are in order: from the first live one on, nothing of it is pushed, and what was pushed is not shown live.
 * From then on it is noted what the socket took, until it is written down. Safe on any thread.
 */
public final class StoredProgress {
    /** Conversations remembered at one time; what comes of more is not noted, and may be given once more. */
    private static final int MOST_CONVERSATIONS = 4_096;

    // all under the monitor of this
    private final Map<String, Conversation> conversations = new HashMap<>();
    private boolean pushing = true;
    private boolean noting = true;

    /** What the device was given, or was not to be given: all of {@code fromSeq} to {@code toSeq}. */
    public record Given(String conversation, long fromSeq, long toSeq) {}

    private static final class Conversation {
        /** Up to this it was pushed; 0 is nothing. */
        long pushed;

        long firstLive = Long.MAX_VALUE;
        final SeqRanges given = new SeqRanges();
    }

    /** Whether a live message is to be shown: it was not pushed. */
    public boolean admitsLive(Delivery.Stored place) {
        synchronized (this) {
            if (!pushing) {
                Conversation known = conversations.get(place.conversation());
                return known == null || place.seq() > known.pushed;
            }
            Conversation conversation = of(place.conversation());
            if (conversation == null) { // in which order it comes is not known any more
                pushing = false;
                return true;
            }
            if (place.seq() <= conversation.pushed) {
                return false;
            }
            conversation.firstLive = Math.min(conversation.firstLive, place.seq());
            return true;
        }
    }

    /** Whether a missed message may be pushed now: no live one of its conversation precedes it. */
    public boolean admitsMissed(Delivery.Stored place) {
        synchronized (this) {
            Conversation conversation = pushing ? of(place.conversation()) : null;
            return conversation != null && place.seq() < conversation.firstLive;
        }
    }

    /** A missed message is queued. */
    public void pushed(Delivery.Stored place) {
        synchronized (this) {
            Conversation conversation = of(place.conversation());
            if (conversation != null) {
                conversation.pushed = Math.max(conversation.pushed, place.seq());
            }
        }
    }

    /** Nothing is pushed any more. */
    public void endPushing() {
        synchronized (this) {
            pushing = false;
        }
    }

    /** Whether missed messages may be pushed still. */
    public boolean isPushing() {
        synchronized (this) {
            return pushing;
        }
    }

    /** The socket took a message. */
    public void written(Delivery.Stored place) {
        given(place.conversation(), place.seq(), place.seq());
    }

    /** The device has these, or is not to be given them. */
    public void given(String conversation, long fromSeq, long toSeq) {
        synchronized (this) {
            Conversation known = noting ? of(conversation) : null;
            if (known != null) {
                known.given.add(fromSeq, toSeq);
            }
        }
    }

    /** The device asks what it missed: nothing is pushed or noted from now on. */
    public void end() {
        synchronized (this) {
            pushing = false;
            noting = false;
            conversations.values().forEach(conversation -> conversation.given.take());
        }
    }

    /** Takes what was given since the last call, conversations' ranges in order. */
    public List<Given> takeGiven() {
        synchronized (this) {
            List<Given> all = new ArrayList<>(0);
            for (Iterator<Map.Entry<String, Conversation>> i =
                            conversations.entrySet().iterator();
                    i.hasNext(); ) {
                Map.Entry<String, Conversation> each = i.next();
                Conversation conversation = each.getValue();
                conversation.given.take().forEach(range -> all.add(new Given(each.getKey(), range.from(), range.to())));
                if (!pushing && conversation.pushed == 0) {
                    i.remove();
                }
            }
            return all;
        }
    }

    private @Nullable Conversation of(String name) {
        Conversation known = conversations.get(name);
        if (known == null && conversations.size() < MOST_CONVERSATIONS) {
            known = new Conversation();
            conversations.put(name, known);
        }
        return known;
    }
}
