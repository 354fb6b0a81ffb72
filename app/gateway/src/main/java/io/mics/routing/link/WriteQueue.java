package io.mics.routing.link;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.ToIntFunction;

/**
 * What waits to be written to a link, in its order. One writer at a time: whoever has to write claims the queue and
 * takes batches until there is none, which gives the claim back. Safe on any thread; never blocks for long.
 */
final class WriteQueue<T> {
    private final Object lock = new Object();
    private final ToIntFunction<T> size;
    private final ArrayDeque<T> waiting = new ArrayDeque<>();
    private long bytes;
    private boolean heartbeat;
    private boolean claimed;
    private boolean paused;

    WriteQueue(ToIntFunction<T> size) {
        this.size = size;
    }

    /** Things to write together: at most 512 KiB, or one larger one. */
    record Batch<T>(List<T> items, boolean heartbeat) {}

    /** Adds {@code item}; true: the queue is claimed for whoever asked, who must write. */
    boolean add(T item) {
        synchronized (lock) {
            waiting.add(item);
            bytes += size.applyAsInt(item);
            return claim();
        }
    }

    /** Adds several; true: claimed, as with {@link #add}. */
    boolean addAll(List<T> items) {
        synchronized (lock) {
            for (T item : items) {
                waiting.add(item);
                bytes += size.applyAsInt(item);
            }
            return claim();
        }
    }

    /** Adds a sign of life to the next batch; true: claimed, as with {@link #add}. */
    boolean addHeartbeat() {
        synchronized (lock) {
            heartbeat = true;
            return claim();
        }
    }

    /** Takes something out again that was not written. */
    void remove(T item) {
        synchronized (lock) {
            if (waiting.remove(item)) {
                bytes -= size.applyAsInt(item);
            }
        }
    }

    /** The next batch; only things {@code wanted} still says yes to. Empty: the claim is given back. */
    Optional<Batch<T>> take(Predicate<T> wanted) {
        synchronized (lock) {
            List<T> items = new ArrayList<>();
            int taken = 0;
            while (!waiting.isEmpty()) {
                T next = waiting.element();
                int itemSize = size.applyAsInt(next);
                if (!items.isEmpty() && taken + itemSize > LinkProtocol.BATCH_BYTES) {
                    break;
                }
                waiting.remove();
                bytes -= itemSize;
                if (wanted.test(next)) {
                    items.add(next);
                    taken += itemSize;
                }
            }
            if (items.isEmpty() && !heartbeat) {
                claimed = false;
                return Optional.empty();
            }
            Batch<T> batch = new Batch<>(items, heartbeat);
            heartbeat = false;
            return Optional.of(batch);
        }
    }

    /** Gives the claim back and claims nothing until {@link #resume}: the link takes no more for now. */
    void pause() {
        synchronized (lock) {
            claimed = false;
            paused = true;
        }
    }

    /** The link takes more; true: claimed, as with {@link #add}. */
    boolean resume() {
        synchronized (lock) {
            paused = false;
            return (!waiting.isEmpty() || heartbeat) && claim();
        }
    }

    /** Bytes waiting. */
    long bytes() {
        synchronized (lock) {
            return bytes;
        }
    }

    private boolean claim() {
        if (claimed || paused) {
            return false;
        }
        claimed = true;
        return true;
    }
}
