package io.mics.offline;

import io.mics.tenant.OfflineSettings;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** One user's buffered messages. Guarded by the lock of its {@link TenantBuffer}. */
final class UserBuffer<T> {
    final Deque<BufferedMessage<T>> messages = new ArrayDeque<>(4);
    long bytes;
    boolean taken;
    OfflineSettings limits = OfflineSettings.DEFAULTS;

    List<T> messages() {
        return messages.stream().map(BufferedMessage::message).toList();
    }

    void add(BufferedMessage<T> message) {
        messages.add(message);
        bytes += message.bytes();
    }

    boolean isOver() {
        return messages.size() > limits.messagesPerUser()
                || (limits.bytesPerUser() > 0 && bytes > limits.bytesPerUser());
    }

    /**
     * Whether with {@code more} bytes it would hold more than twice what it may: the most that waits behind a lease.
     */
    boolean isTwiceOver(int more) {
        return messages.size() >= 2L * limits.messagesPerUser()
                || (limits.bytesPerUser() > 0 && bytes + more > 2 * limits.bytesPerUser());
    }

    long removeOldest() {
        int freed = messages.remove().bytes();
        bytes -= freed;
        return freed;
    }
}
