package io.mics.httpclient;

import io.mics.concurrent.CriticalThreads;
import io.mics.observe.Log;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Closes the connections of calls whose deadline has passed: that ends whatever the call blocks on, a connect, a
 * handshake, a write or a read. A call costs it two field writes; its one thread looks at the connections when the
 * earliest deadline it saw has come, and is woken only for an earlier one.
 */
final class DeadlineWatchdog implements AutoCloseable {
    private static final Log LOG = Log.of(DeadlineWatchdog.class);
    private static final long AFTER_A_FAILURE_NANOS = Duration.ofMillis(10).toNanos();
    private static final long LONGEST_SLEEP_NANOS = Duration.ofSeconds(1).toNanos();
    private static final long IDLE_CHECK_NANOS = LONGEST_SLEEP_NANOS / 2;

    private final Set<Connection> open = ConcurrentHashMap.newKeySet();
    private final ReentrantLock starting = new ReentrantLock();
    private final Runnable idleCheck;
    private volatile @Nullable Thread thread;
    private volatile long wakeAt = System.nanoTime();
    private volatile boolean closed;

    /** Calls {@code idleCheck} every half second to second once there was a connection; its thread starts with that. */
    DeadlineWatchdog(Runnable idleCheck) {
        this.idleCheck = idleCheck;
    }

    /** Takes a new connection; once this is closed, nobody would end its calls, so it is closed at once. */
    void add(Connection connection) {
        open.add(connection);
        if (closed) {
            connection.close();
        } else if (thread == null) {
            start();
        }
    }

    void remove(Connection connection) {
        open.remove(connection);
    }

    /** To be called when a connection's deadline was set, after that. */
    void set(long dueNanos) {
        if (dueNanos - wakeAt < 0) {
            LockSupport.unpark(thread);
        }
    }

    private void start() {
        starting.lock();
        try {
            if (thread == null && !closed) {
                thread = CriticalThreads.startPlatform("http-deadlines", this::run);
            }
        } finally {
            starting.unlock();
        }
    }

    /**
     * While it looks {@link #wakeAt} is far, so that a call whose deadline the look may have missed wakes
     * this thread from the sleep that follows.
     */
    private void run() {
        long nextIdleCheck = System.nanoTime();
        while (!closed) {
            long now = System.nanoTime();
            wakeAt = now + LONGEST_SLEEP_NANOS;
            long earliest = now + LONGEST_SLEEP_NANOS;
            try {
                for (Connection connection : open) {
                    earliest = connection.look(now, earliest);
                }
                if (now - nextIdleCheck >= 0) {
                    nextIdleCheck = now + IDLE_CHECK_NANOS;
                    idleCheck.run();
                }
            } catch (RuntimeException e) {
                LOG.error("connection_check_failed", e);
                earliest = now + AFTER_A_FAILURE_NANOS;
            }
            wakeAt = earliest;
            long sleep = earliest - System.nanoTime();
            if (sleep > 0) {
                LockSupport.parkNanos(this, sleep);
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
        open.forEach(Connection::close);
    }
}
