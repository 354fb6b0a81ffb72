package io.mics.pipeline;

import io.mics.conversation.NewMessage;
import io.mics.protocol.StoredMessage;
import io.mics.store.MessageWriter;
import io.mics.store.Written;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;

/** A database of messages in memory, as strict as the real ones. */
final class Ledger implements MessageWriter {
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<List<String>, StoredMessage> byKey = new HashMap<>();
    private final Map<String, List<String>> conversations = new HashMap<>();
    private long lastId;

    @Override
    public Result write(List<NewMessage> batch) {
        if (batch.isEmpty() || batch.size() > MOST_MESSAGES) {
            throw new IllegalArgumentException("a batch of " + batch.size());
        }
        List<Written> written = new ArrayList<>();
        lock.lock();
        try {
            for (NewMessage message : batch) {
                written.add(write(message));
            }
        } finally {
            lock.unlock();
        }
        return new Result.Committed(written);
    }

    private Written write(NewMessage message) {
        if (message.contentType().equals("refused")) {
            return new Written.Refused("of a kind that is refused");
        }
        String conversation = message.tenant() + "/" + message.conversation().id();
        List<String> key = List.of(conversation, message.sender(), message.dedupKey());
        StoredMessage known = byKey.get(key);
        if (known != null) {
            return new Written.Stored(known, true);
        }
        List<String> ids = conversations.computeIfAbsent(conversation, id -> new ArrayList<>());
        ids.add(message.clientMsgId());
        StoredMessage stored = Sample.stored(message, ids.size(), ++lastId);
        byKey.put(key, stored);
        return new Written.Stored(stored, false);
    }

    /** The messages of a group, by their senders' names, in the order of their sequence numbers. */
    List<String> of(String tenant, String group) {
        lock.lock();
        try {
            return List.copyOf(conversations.getOrDefault(tenant + "/group:" + group, List.of()));
        } finally {
            lock.unlock();
        }
    }

    int size() {
        lock.lock();
        try {
            return byKey.size();
        } finally {
            lock.unlock();
        }
    }
}
