package io.mics.sdk.conversation;

import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Remembers for as long as the process lives: the newest messages of each conversation, and of every conversation up to
 * where it is complete. Of all conversations together it holds so many messages at most; beyond that the oldest of the
 * conversation that was used least recently go. Safe for many threads, so that an app may read while the client writes.
 */
public final class InMemoryMessageStore implements MessageStore {
    private final int messagesPerConversation;
    private final int messagesInAll;
    /** That used least recently first; none is empty. */
    private final Map<String, TreeMap<Long, Message>> messages = new LinkedHashMap<>(16, 0.75f, true);

    private final Map<String, Long> complete = new HashMap<>();
    private final Object lock = new Object();
    private int held;
    private long caughtUpAtMs;

    /** Holds the newest 1000 messages of each conversation, 100 000 in all. */
    public InMemoryMessageStore() {
        this(1000);
    }

    /** Holds the newest so many messages of each conversation, and 100 000 in all; older ones are forgotten. */
    public InMemoryMessageStore(int messagesPerConversation) {
        this(messagesPerConversation, 100_000);
    }

    /** Holds the newest so many messages of each conversation, and so many in all; older ones are forgotten. */
    public InMemoryMessageStore(int messagesPerConversation, int messagesInAll) {
        if (messagesPerConversation < 1 || messagesInAll < 1) {
            throw new IllegalArgumentException(
                    (messagesPerConversation < 1 ? "messagesPerConversation" : "messagesInAll")
                            + " must be at least 1");
        }
        this.messagesPerConversation = messagesPerConversation;
        this.messagesInAll = messagesInAll;
    }

    @Override
    public long completeTo(String conversation) {
        synchronized (lock) {
            return complete.getOrDefault(conversation, UNKNOWN);
        }
    }

    @Override
    public void completeTo(String conversation, long seq) {
        synchronized (lock) {
            complete.merge(conversation, seq, Math::max);
        }
    }

    @Override
    public void put(Message message) {
        synchronized (lock) {
            TreeMap<Long, Message> of = messages.computeIfAbsent(message.conversation(), id -> new TreeMap<>());
            held += of.put(message.seq(), message) == null ? 1 : 0;
            if (of.size() > messagesPerConversation) {
                of.pollFirstEntry();
                held--;
            }
            if (held > messagesInAll) {
                Iterator<TreeMap<Long, Message>> leastRecentlyUsedFirst =
                        messages.values().iterator();
                TreeMap<Long, Message> first = leastRecentlyUsedFirst.next();
                first.pollFirstEntry();
                held--;
                if (first.isEmpty()) {
                    leastRecentlyUsedFirst.remove();
                }
            }
        }
    }

    @Override
    public Optional<Message> get(String conversation, long seq) {
        synchronized (lock) {
            TreeMap<Long, Message> of = messages.get(conversation);
            return of == null ? Optional.empty() : Optional.ofNullable(of.get(seq));
        }
    }

    @Override
    public void remove(String conversation, long seq) {
        synchronized (lock) {
            TreeMap<Long, Message> of = messages.get(conversation);
            if (of != null) {
                held -= of.remove(seq) == null ? 0 : 1;
                removeEmpty(conversation, of);
            }
        }
    }

    @Override
    public void removeUpTo(String conversation, long seq) {
        synchronized (lock) {
            TreeMap<Long, Message> of = messages.get(conversation);
            if (of != null) {
                int before = of.size();
                of.headMap(seq, true).clear();
                held -= before - of.size();
                removeEmpty(conversation, of);
            }
        }
    }

    private void removeEmpty(String conversation, Map<Long, Message> of) {
        if (of.isEmpty()) {
            messages.remove(conversation);
        }
    }

    @Override
    public long caughtUpAtMs() {
        synchronized (lock) {
            return caughtUpAtMs;
        }
    }

    @Override
    public void caughtUpAtMs(long ms) {
        synchronized (lock) {
            caughtUpAtMs = Math.max(caughtUpAtMs, ms);
        }
    }
}
