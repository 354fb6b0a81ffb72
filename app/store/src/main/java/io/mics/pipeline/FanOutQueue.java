package io.mics.pipeline;

import io.mics.concurrent.CriticalThreads;
import io.mics.observe.Log;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** Works one entry off after another, on a virtual thread that exists while there are some. */
final class FanOutQueue<T> {
    private static final Log LOG = Log.of(FanOutQueue.class);

    private final String name;
    private final int most;
    private final Work<T> work;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition idle = lock.newCondition();
    private final Deque<T> waiting = new ArrayDeque<>();
    private @Nullable Thread thread;
    private boolean stopped;

    /** What is done with an entry; it may add others. */
    interface Work<T> {
        /** Does it; may block. */
        void on(T entry) throws InterruptedException;
    }

    /** A queue of {@code most} entries. */
    FanOutQueue(String name, int most, Work<T> work) {
        this.name = name;
        this.most = most;
        this.work = work;
    }

    /** Takes an entry; false: there is no room, or the queue is stopped. */
    boolean add(T entry) {
        lock.lock();
        try {
            if (stopped || waiting.size() >= most) {
                return false;
            }
            waiting.add(entry);
            if (thread == null) {
                thread = CriticalThreads.start("fanout-" + name, this::run);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void run() {
        try {
            for (T entry = next(); entry != null; entry = next()) {
                try {
                    work.on(entry);
                } catch (RuntimeException e) {
                    LOG.error("fanout_failed", e, "queue", name);
                }
            }
        } catch (InterruptedException e) {
            stop();
            ended();
        }
    }

    private @Nullable T next() {
        lock.lock();
        try {
            T next = stopped ? null : waiting.poll();
            if (next == null) {
                thread = null;
                idle.signalAll();
            }
            return next;
        } finally {
            lock.unlock();
        }
    }

    private void ended() {
        lock.lock();
        try {
            thread = null;
            idle.signalAll();
        } finally {
            lock.unlock();
        }
    }

    int size() {
        lock.lock();
        try {
            return waiting.size() + (thread == null ? 0 : 1);
        } finally {
            lock.unlock();
        }
    }

    /** Takes nothing more, and forgets what waits. */
    void stop() {
        lock.lock();
        try {
            stopped = true;
            waiting.clear();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until nothing is in hand, for {@code nanos} at most. */
    boolean awaitIdle(long nanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long left = nanos;
            while (thread != null && left > 0) {
                left = idle.awaitNanos(left);
            }
            return thread == null;
        } finally {
            lock.unlock();
        }
    }

    /** How long what is in hand may take when something is closed. */
    static long lastNanos() {
        return TimeUnit.SECONDS.toNanos(3);
    }
}
