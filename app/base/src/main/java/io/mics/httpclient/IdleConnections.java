package io.mics.httpclient;

import io.mics.httpclient.Destination.Origin;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** The connections of a pool that nobody uses at the moment; the one used last is used first. */
final class IdleConnections implements AutoCloseable {
    private final HttpClientSettings settings;
    private final AtomicInteger inAll;
    private final ReentrantLock lock = new ReentrantLock();
    private final Map<Origin, Deque<Connection>> byOrigin = new HashMap<>();

    /** None yet; {@code inAll} counts those of every pool. */
    IdleConnections(HttpClientSettings settings, AtomicInteger inAll) {
        this.settings = settings;
        this.inAll = inAll;
    }

    /** One that may be used under {@code rule}, or null; those that are of no use any more are closed meanwhile. */
    @Nullable
    Connection take(Origin origin, AddressRule rule) {
        for (Connection connection = last(origin); connection != null; connection = last(origin)) {
            if (connection.rule().equals(rule) && !connection.isOverdue(System.nanoTime()) && connection.isQuiet()) {
                return connection;
            }
            connection.close();
        }
        return null;
    }

    private @Nullable Connection last(Origin origin) {
        lock.lock();
        try {
            Deque<Connection> connections = byOrigin.get(origin);
            Connection connection = connections == null ? null : connections.pollLast();
            if (connection != null) {
                inAll.decrementAndGet();
            }
            return connection;
        } finally {
            lock.unlock();
        }
    }

    /** Keeps a connection for as long as the settings and its server say, or closes it when there are too many. */
    void give(Origin origin, Connection connection, long serverNanos) {
        long nanos = Math.min(serverNanos, settings.idleTime().toNanos());
        connection.idle(nanos);
        boolean pooled = false;
        lock.lock();
        try {
            Deque<Connection> connections = byOrigin.computeIfAbsent(origin, o -> new ArrayDeque<>());
            if (nanos > 0 && connections.size() < settings.idlePerTarget()) {
                pooled = inAll.incrementAndGet() <= settings.idleInAll();
                if (pooled) {
                    connections.addLast(connection);
                } else {
                    inAll.decrementAndGet();
                }
            }
        } finally {
            lock.unlock();
        }
        if (!pooled) {
            connection.close();
        }
    }

    /** Closes those that have been idle for long enough. */
    void closeOverdue(long nowNanos) {
        remove(nowNanos, false).forEach(Connection::close);
    }

    @Override
    public void close() {
        remove(0, true).forEach(Connection::close);
    }

    private List<Connection> remove(long nowNanos, boolean all) {
        List<Connection> removed = new ArrayList<>(0);
        lock.lock();
        try {
            byOrigin.values()
                    .forEach(connections -> connections.removeIf(connection -> {
                        boolean goes = all || connection.isOverdue(nowNanos);
                        if (goes) {
                            removed.add(connection);
                        }
                        return goes;
                    }));
            byOrigin.values().removeIf(Deque::isEmpty);
            inAll.addAndGet(-removed.size());
        } finally {
            lock.unlock();
        }
        return removed;
    }
}
