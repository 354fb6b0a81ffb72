package io.mics.offline;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** One user's kept messages. Guarded by the lock of its {@link TenantBuffer}. */
final class UserBuffer<T> {
    final Deque<Kept<T>> messages = new ArrayDeque<>(4);
    long bytes;
    boolean taken;

    List<T> messages() {
        return messages.stream().map(Kept::message).toList();
    }

    void add(Kept<T> kept) {
        messages.add(kept);
        bytes += kept.bytes();
    }

    long removeOldest() {
        int freed = messages.remove().bytes();
        bytes -= freed;
        return freed;
    }
}
