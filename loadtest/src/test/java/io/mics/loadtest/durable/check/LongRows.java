package io.mics.loadtest.durable.check;

import java.util.Arrays;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Rows of numbers that only grow, in one array: millions of events must not be millions of objects. Many threads may
 * add; it is read when nobody does.
 */
final class LongRows {
    private final ReentrantLock lock = new ReentrantLock();
    private final int width;
    private long[] values;
    private int size;

    /** Rows of so many numbers. */
    LongRows(int width) {
        this.width = width;
        values = new long[8 * width];
    }

    void add(long... row) {
        if (row.length != width) {
            throw new IllegalArgumentException(row.length + " numbers in a row of " + width);
        }
        lock.lock();
        try {
            if (size == values.length) {
                values = Arrays.copyOf(values, 2 * size);
            }
            System.arraycopy(row, 0, values, size, width);
            size += width;
        } finally {
            lock.unlock();
        }
    }

    int rows() {
        lock.lock();
        try {
            return size / width;
        } finally {
            lock.unlock();
        }
    }

    long at(int row, int column) {
        return values[row * width + column];
    }
}
