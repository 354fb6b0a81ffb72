package io.mics.ws;

import java.util.ArrayList;
import java.util.List;

/**
 * What has come of one connection's message, in pieces of a few KiB: memory follows what has arrived, and no large
 * array is made before the message is whole. Filled by the connection's reader; anybody may
 * {@link #evict} it while more of the message is awaited, and what it holds is free from that moment.
 */
final class MessageBuffer {
    private static final int CHUNK_MIN = 512;
    private static final int CHUNK_MAX = 16 * 1024;

    /** The array of a whole message, and what its reader makes of it while it is handled. */
    private static final int COPIES_WHILE_HANDLED = 2;

    private final InboundBudget budget;
    private final String tenant;
    private final Runnable closing;
    private final long sinceNanos = System.nanoTime();

    // below under the monitor of this
    private List<byte[]> chunks = new ArrayList<>(2);
    private int length;
    private int roomInLast;
    private long held;
    private boolean handled;
    private boolean evicted;

    MessageBuffer(InboundBudget budget, String tenant, Runnable closing) {
        this.budget = budget;
        this.tenant = tenant;
        this.closing = closing;
    }

    String tenant() {
        return tenant;
    }

    long sinceNanos() {
        return sinceNanos;
    }

    /** Bytes it holds. */
    long held() {
        synchronized (this) {
            return held;
        }
    }

    /** Whether more of its message is awaited. */
    boolean isWaiting() {
        synchronized (this) {
            return !handled && !evicted;
        }
    }

    /** Whether it was evicted, or is over. */
    boolean isEvicted() {
        synchronized (this) {
            return evicted;
        }
    }

    /** Bytes of the message that are here. */
    int length() {
        synchronized (this) {
            return length;
        }
    }

    /** Adds what came; false when it was evicted. */
    boolean add(byte[] data, int offset, int size) {
        int at = offset;
        int left = size;
        while (left > 0) {
            int room = room();
            if (room == 0) {
                int chunk = Math.clamp(Math.max(left, length()), CHUNK_MIN, CHUNK_MAX);
                if (!budget.take(this, chunk) || !addChunk(chunk)) {
                    return false;
                }
                room = chunk;
            }
            int part = Math.min(left, room);
            if (!fill(data, at, part)) {
                return false;
            }
            at += part;
            left -= part;
        }
        return isWaiting();
    }

    private int room() {
        synchronized (this) {
            return roomInLast;
        }
    }

    private boolean addChunk(int size) {
        synchronized (this) {
            if (!evicted) {
                chunks.add(new byte[size]);
                roomInLast = size;
            }
            return !evicted;
        }
    }

    private boolean fill(byte[] data, int at, int size) {
        synchronized (this) {
            if (!evicted) {
                byte[] last = chunks.getLast();
                System.arraycopy(data, at, last, last.length - roomInLast, size);
                roomInLast -= size;
                length += size;
            }
            return !evicted;
        }
    }

    /** The whole message, which is handled from now on until {@link #clear}; empty when it was evicted. */
    byte[] whole() {
        long pieces = held();
        if (!budget.take(this, (long) COPIES_WHILE_HANDLED * length())) {
            return new byte[0];
        }
        byte[] whole;
        synchronized (this) {
            if (evicted) {
                return new byte[0];
            }
            handled = true;
            whole = new byte[length];
            int at = 0;
            for (byte[] chunk : chunks) {
                int size = Math.min(chunk.length, length - at);
                System.arraycopy(chunk, 0, whole, at, size);
                at += size;
            }
            chunks = new ArrayList<>(2);
            held -= pieces;
        }
        budget.release(this, pieces, 1);
        return whole;
    }

    /** Its message is over, handled or not. */
    void clear() {
        long free;
        synchronized (this) {
            free = held;
            held = 0;
            chunks = new ArrayList<>(0);
            evicted = true;
        }
        budget.release(this, free, 0);
    }

    /** Called by the budget: {@code bytes} more are its own, unless it was evicted meanwhile. */
    boolean grant(long bytes) {
        synchronized (this) {
            held += evicted ? 0 : bytes;
            return !evicted;
        }
    }

    /** Called by the budget: lets go of everything and ends its connection; false when it had done so before. */
    boolean evict() {
        long free;
        synchronized (this) {
            if (evicted || handled) {
                return false;
            }
            evicted = true;
            free = held;
            held = 0;
            chunks = new ArrayList<>(0);
        }
        budget.release(this, free, 0);
        closing.run();
        return true;
    }
}
