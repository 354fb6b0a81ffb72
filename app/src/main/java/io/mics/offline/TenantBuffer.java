package io.mics.offline;

import io.mics.tenant.OfflineSettings;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** One tenant's kept messages, users in the order they were last written to. What is being drained is never evicted. */
final class TenantBuffer<T> {
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<String, UserBuffer<T>> users = new LinkedHashMap<>();
    private final Evictions evictions;
    private long bytes;

    /** Is told of messages that were thrown away. */
    interface Evictions {
        void evicted(String reason, int count);
    }

    /** A user's messages, if there are any to take, and the bytes that had expired. */
    record Taken<T>(@Nullable UserBuffer<T> user, long freed) {}

    TenantBuffer(Evictions evictions) {
        this.evictions = evictions;
    }

    /** Whether a message was kept, and by how many bytes the buffer grew, which may be negative. */
    record Added(boolean kept, long growth) {}

    /** Adds a message and makes room for it. Behind a drain, where nothing may be evicted, as much again may wait. */
    Added add(String user, Kept<T> kept, OfflineSettings limits, long now) {
        lock.lock();
        try {
            long before = bytes;
            UserBuffer<T> buffer = users.remove(user);
            if (buffer == null) {
                buffer = new UserBuffer<>();
            }
            users.put(user, buffer);
            expire(buffer, now);
            if (buffer.taken && buffer.messages.size() >= 2 * limits.messagesPerUser()) {
                return new Added(false, bytes - before);
            }
            buffer.add(kept);
            bytes += kept.bytes();
            // a taker counts on the messages it was shown: they go by its confirmation only
            while (!buffer.taken && over(buffer, limits)) {
                bytes -= buffer.removeOldest();
                evictions.evicted("oldest", 1);
            }
            while (limits.usersPerTenant() > 0 && users.size() > limits.usersPerTenant()) {
                if (evictOldestUser("users") == 0) {
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

    void giveBack(String user, UserBuffer<T> buffer) {
        lock.lock();
        try {
            buffer.taken = false;
            if (buffer.messages.isEmpty()) {
                users.remove(user, buffer);
            }
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

    /** Drops the user who was written to longest ago; returns the bytes freed, 0 when nobody can go. */
    long evictOldestUser(String reason) {
        lock.lock();
        try {
            for (Iterator<UserBuffer<T>> i = users.values().iterator(); i.hasNext(); ) {
                UserBuffer<T> oldest = i.next();
                if (!oldest.taken) {
                    i.remove();
                    bytes -= oldest.bytes;
                    evictions.evicted(reason, oldest.messages.size());
                    return oldest.bytes;
                }
            }
            return 0;
        } finally {
            lock.unlock();
        }
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

    private static boolean over(UserBuffer<?> buffer, OfflineSettings limits) {
        return buffer.messages.size() > limits.messagesPerUser()
                || (limits.bytesPerUser() > 0 && buffer.bytes > limits.bytesPerUser());
    }
}
