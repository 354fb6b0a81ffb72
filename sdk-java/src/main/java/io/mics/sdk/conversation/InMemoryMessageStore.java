package io.mics.sdk.conversation;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Remembers for as long as the process lives: the newest messages of each conversation, and of every conversation up to
 * where it is complete. Safe for many threads, so that an app may read while the client writes.
 */
public final class InMemoryMessageStore implements MessageStore {
    private final int messagesPerConversation;
    private final Map<String, TreeMap<Long, Message>> messages = new HashMap<>();
    private final Map<String, Long> complete = new HashMap<>();
    private final Object lock = new Object();
    private long caughtUpAtMs;

    /** Holds the newest 1000 messages of each conversation. */
    public InMemoryMessageStore() {
        this(1000);
    }

    /** Holds the newest so many messages of each conversation; older ones are forgotten. */
    public InMemoryMessageStore(int messagesPerConversation) {
        if (messagesPerConversation < 1) {
            throw new IllegalArgumentException("messagesPerConversation must be at least 1");
        }
        this.messagesPerConversation = messagesPerConversation;
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
            of.put(message.seq(), message);
            if (of.size() > messagesPerConversation) {
                of.pollFirstEntry();
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
                of.remove(seq);
            }
        }
    }

    @Override
    public void removeUpTo(String conversation, long seq) {
        synchronized (lock) {
            TreeMap<Long, Message> of = messages.get(conversation);
            if (of != null) {
                of.headMap(seq, true).clear();
            }
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
