package io.mics.loadtest.history;

import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;

/** A list of pairs of numbers that only grows, in one array: millions of events must not be millions of objects. */
final class LongPairs {
    /** Takes one pair. */
    interface Visitor {
        void pair(long first, long second);
    }

    private final ReentrantLock lock = new ReentrantLock();
    private long[] values = new long[16];
    private int size;

    void add(long first, long second) {
        lock.lock();
        try {
            if (size == values.length) {
                values = Arrays.copyOf(values, 2 * size);
            }
            values[size++] = first;
            values[size++] = second;
        } finally {
            lock.unlock();
        }
    }

    int size() {
        lock.lock();
        try {
            return size / 2;
        } finally {
            lock.unlock();
        }
    }

    /** Hands over every pair in the order they were added. */
    void forEach(Visitor visitor) {
        long[] all;
        lock.lock();
        try {
            all = Arrays.copyOf(values, size);
        } finally {
            lock.unlock();
        }
        for (int i = 0; i < all.length; i += 2) {
            visitor.pair(all[i], all[i + 1]);
        }
    }
}
