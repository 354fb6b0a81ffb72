package io.mics.listener;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The open sockets of a port, and which of them have been silent for longest. */
final class OpenSockets {
    private final Set<OpenSocket> open = ConcurrentHashMap.newKeySet();
    private final AtomicInteger count = new AtomicInteger();
    private final ConcurrentSkipListMap<Long, OpenSocket> silent = new ConcurrentSkipListMap<>();
    private final AtomicLong order = new AtomicLong();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private volatile boolean awaited;

    void opened(OpenSocket socket) {
        open.add(socket);
        count.incrementAndGet();
    }

    void ended(OpenSocket socket) {
        silent.remove(socket.silentSince());
        open.remove(socket);
        count.decrementAndGet();
        wake();
    }

    /** It says nothing from now on. */
    void silent(OpenSocket socket) {
        long position = order.incrementAndGet();
        socket.silentSince(position);
        silent.put(position, socket);
        wake();
    }

    /** It says something. */
    void spoke(OpenSocket socket) {
        silent.remove(socket.silentSince());
    }

    int count() {
        return count.get();
    }

    List<OpenSocket> all() {
        return List.copyOf(open);
    }

    /** Closes up to {@code most} of the silent ones, those silent for longest first; answers how many. */
    int closeSilent(int most) {
        int closed = 0;
        while (closed < most) {
            Map.Entry<Long, OpenSocket> oldest = silent.pollFirstEntry();
            if (oldest == null) {
                return closed;
            }
            oldest.getValue().cut();
            closed++;
        }
        return closed;
    }

    /** An eighth of the silent ones, and at least one. */
    int closeSomeSilent() {
        return closeSilent(Math.max(1, silent.size() / 8));
    }

    /** Waits until there are fewer than {@code most}; silent ones are closed for it. Answers how many were. */
    int takeRoom(int most) throws InterruptedException {
        int closed = makeRoom(most);
        while (count.get() >= most) {
            awaitRoom(most);
            closed += makeRoom(most);
        }
        return closed;
    }

    /** Closes silent sockets until there are fewer than {@code most}, as far as there are any; answers how many. */
    private int makeRoom(int most) {
        int closed = 0;
        while (count.get() >= most && closeSilent(1) == 1) {
            closed++;
        }
        return closed;
    }

    /** Waits until there are fewer than {@code most} sockets, or a silent one that can be closed. */
    void awaitRoom(int most) throws InterruptedException {
        if (count.get() >= most && silent.isEmpty()) {
            awaitChange(most);
        }
    }

    private void awaitChange(int most) throws InterruptedException {
        lock.lock();
        try {
            awaited = true;
            while (count.get() >= most && silent.isEmpty()) {
                changed.await();
            }
        } finally {
            awaited = false;
            lock.unlock();
        }
    }

    private void wake() {
        if (awaited) {
            lock.lock();
            try {
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }
}
