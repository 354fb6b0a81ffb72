package io.mics.redis;

import io.mics.observe.Log;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/** Whether Redis is there, as the last call found. Each change is logged and notified once. Safe on any thread. */
final class Availability {
    private static final Log LOG = Log.of(Redis.class);

    private final AtomicReference<Optional<String>> unavailable;
    private final AtomicLong returns = new AtomicLong();
    private final List<Redis.Watch> watches = new CopyOnWriteArrayList<>();

    Availability() {
        unavailable = new AtomicReference<>(Optional.of("not connected yet"));
    }

    boolean available() {
        return unavailable.get().isEmpty();
    }

    Optional<String> cause() {
        return unavailable.get();
    }

    /** How often it has become available. */
    long returns() {
        return returns.get();
    }

    void watch(Redis.Watch watch) {
        watches.add(watch);
        watch.available(available());
    }

    /** Redis does not answer. Whether this is the one that found out. */
    boolean lost(String cause) {
        if (!unavailable.compareAndSet(Optional.empty(), Optional.of(cause))) {
            return false;
        }
        LOG.warn("redis_lost", "cause", cause);
        watches.forEach(watch -> watch.available(false));
        return true;
    }

    /** Redis is unavailable, and a new connection failed for this reason; said again when it is another one. */
    void unreachable(String cause) {
        Optional<String> before = unavailable.get();
        Optional<String> now = Optional.of(cause);
        if (before.isPresent() && !before.equals(now) && unavailable.compareAndSet(before, now)) {
            LOG.warn("redis_connect_failed", "cause", cause);
        }
    }

    /** Redis takes commands, writes included. */
    void found() {
        if (unavailable.get().isPresent()) {
            returns.incrementAndGet();
            unavailable.set(Optional.empty());
            LOG.info("redis_available");
            watches.forEach(watch -> watch.available(true));
        }
    }
}
