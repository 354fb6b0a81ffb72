package io.mics.offline;

import io.mics.tenant.OfflineSettings;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One tenant's buffered messages, users in the order they were last written to. What is leased is never evicted.
 */
final class TenantBuffer<T> {
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, UserBuffer<T>> users = new LinkedHashMap<>();
    private final String tenant;
    private final Evictions evictions;
    private long bytes;

    /** Notified of messages that were evicted. */
    interface Evictions {
        void evicted(String reason, int count);
    }

    /** A user's messages, if there are any to take, and the bytes that had expired. */
    record Taken<T>(@Nullable UserBuffer<T> user, long freed) {}

    TenantBuffer(String tenant, Evictions evictions) {
        this.tenant = tenant;
        this.evictions = evictions;
    }

    String tenant() {
        return tenant;
    }

    /** Whether the message was stored, and by how many bytes the buffer grew, which may be negative. */
    record Added(boolean stored, long growth) {}

    /** Adds a message and makes room for it. Behind a lease, where nothing may be evicted, as much again may wait. */
    Added add(String user, BufferedMessage<T> message, OfflineSettings limits, long now) {
        lock.lock();
        try {
            long before = bytes;
            UserBuffer<T> buffer = users.remove(user);
            if (buffer == null) {
                buffer = new UserBuffer<>();
            }
            users.put(user, buffer);
            expire(buffer, now);
            buffer.limits = limits;
            // a taker counts on the messages it was shown: they go by its confirmation only
            if (buffer.taken && buffer.isTwiceOver(message.bytes())) {
                return new Added(false, bytes - before);
            }
            buffer.add(message);
            bytes += message.bytes();
            bytes -= evictOldest(buffer);
            while (limits.usersPerTenant() > 0 && users.size() > limits.usersPerTenant()) {
                if (evictOldestUser("users", user).isEmpty()) {
                    break;
                }
            }
            return new Added(true, bytes - before);
        } finally {
            lock.unlock();
        }
    }

    Taken<T> take(String user, long now) {
        lock.lock();
        try {
            UserBuffer<T> buffer = users.get(user);
            if (buffer == null || buffer.taken) {
                return new Taken<>(null, 0);
            }
            long freed = expire(buffer, now);
            if (buffer.messages.isEmpty()) {
                users.remove(user);
                return new Taken<>(null, freed);
            }
            buffer.taken = true;
            return new Taken<>(buffer, freed);
        } finally {
            lock.unlock();
        }
    }

    long confirm(UserBuffer<T> buffer, int n) {
        lock.lock();
        try {
            long freed = 0;
            for (int i = 0; i < n && !buffer.messages.isEmpty(); i++) {
                freed += buffer.removeOldest();
            }
            bytes -= freed;
            return freed;
        } finally {
            lock.unlock();
        }
    }

    /** Ends a lease; what came meanwhile is held to the limits again. Returns the bytes freed by that. */
    long giveBack(String user, UserBuffer<T> buffer) {
        lock.lock();
        try {
            buffer.taken = false;
            long freed = evictOldest(buffer);
            bytes -= freed;
            if (buffer.messages.isEmpty()) {
                users.remove(user, buffer);
            }
            return freed;
        } finally {
            lock.unlock();
        }
    }

    /** Drops all that has expired; returns the bytes freed. */
    long expire(long now) {
        lock.lock();
        try {
            long freed = 0;
            for (Iterator<UserBuffer<T>> i = users.values().iterator(); i.hasNext(); ) {
                UserBuffer<T> buffer = i.next();
                freed += expire(buffer, now);
                if (buffer.messages.isEmpty() && !buffer.taken) {
                    i.remove();
                }
            }
            return freed;
        } finally {
            lock.unlock();
        }
    }

    /** Drops the user who was written to longest ago, but not {@code spared}; empty when nobody can go. */
    OptionalLong evictOldestUser(String reason, String spared) {
        lock.lock();
        try {
            for (Iterator<Map.Entry<String, UserBuffer<T>>> i = users.entrySet().iterator(); i.hasNext(); ) {
                Map.Entry<String, UserBuffer<T>> oldest = i.next();
                UserBuffer<T> buffer = oldest.getValue();
                if (!buffer.taken && !oldest.getKey().equals(spared)) {
                    i.remove();
                    bytes -= buffer.bytes;
                    evictions.evicted(reason, buffer.messages.size());
                    return OptionalLong.of(buffer.bytes);
                }
            }
            return OptionalLong.empty();
        } finally {
            lock.unlock();
        }
    }

    private long evictOldest(UserBuffer<T> buffer) {
        long freed = 0;
        while (!buffer.taken && buffer.isOver()) {
            freed += buffer.removeOldest();
            evictions.evicted("oldest", 1);
        }
        return freed;
    }

    long bytes() {
        lock.lock();
        try {
            return bytes;
        } finally {
            lock.unlock();
        }
    }

    int users() {
        lock.lock();
        try {
            return users.size();
        } finally {
            lock.unlock();
        }
    }

    boolean holds(String user) {
        lock.lock();
        try {
            return users.containsKey(user);
        } finally {
            lock.unlock();
        }
    }

    List<String> names() {
        lock.lock();
        try {
            return List.copyOf(users.keySet());
        } finally {
            lock.unlock();
        }
    }

    List<T> messages(UserBuffer<T> buffer) {
        lock.lock();
        try {
            return buffer.messages();
        } finally {
            lock.unlock();
        }
    }

    boolean isEmpty() {
        return users() == 0;
    }

    private long expire(UserBuffer<T> buffer, long now) {
        long freed = 0;
        int count = 0;
        while (!buffer.taken
                && !buffer.messages.isEmpty()
                && buffer.messages.element().expired(now)) {
            freed += buffer.removeOldest();
            count++;
        }
        if (count > 0) {
            evictions.evicted("expired", count);
            bytes -= freed;
        }
        return freed;
    }
}
