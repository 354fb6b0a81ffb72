package io.mics.httpclient;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Arrays of large answers that nobody uses any more. One is used again for an answer of exactly its length, which the
 * next answer to the same question mostly has: arrays of such a size are dear to the garbage collector.
 */
final class BodyBufferPool {
    /** Shorter ones cost less than they would here, in bytes. */
    static final int LARGE = 256 << 10;

    private final long capacity;
    private final ReentrantLock lock = new ReentrantLock();
    /** The one that was given last comes first. */
    private final Deque<byte[]> free = new ArrayDeque<>();

    private long bytes;

    /** Has up to {@code capacity} bytes. */
    BodyBufferPool(long capacity) {
        this.capacity = capacity;
    }

    /** An array of this length, with anything in it. */
    byte[] take(int length) {
        if (length >= LARGE) {
            lock.lock();
            try {
                for (Iterator<byte[]> each = free.iterator(); each.hasNext(); ) {
                    byte[] body = each.next();
                    if (body.length == length) {
                        each.remove();
                        bytes -= length;
                        return body;
                    }
                }
            } finally {
                lock.unlock();
            }
        }
        return new byte[length];
    }

    /** Nobody uses this array any more. The one that was given first makes room for it. */
    void give(byte[] body) {
        if (body.length < LARGE || body.length > capacity) {
            return;
        }
        lock.lock();
        try {
            free.addFirst(body);
            bytes += body.length;
            while (bytes > capacity) {
                bytes -= free.removeLast().length;
            }
        } finally {
            lock.unlock();
        }
    }

    /** Bytes of all arrays here. */
    long bytes() {
        lock.lock();
        try {
            return bytes;
        } finally {
            lock.unlock();
        }
    }
}
