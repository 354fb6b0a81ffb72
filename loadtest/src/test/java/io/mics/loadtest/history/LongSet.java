package io.mics.loadtest.history;

/** A set of positive numbers, open addressing: what one connection has seen. Not thread-safe. */
public final class LongSet {
    private long[] slots = new long[64];
    private int size;

    /** Adds a number; false when it was there. */
    public boolean add(long value) {
        if (2 * size >= slots.length) {
            grow();
        }
        int at = find(value);
        if (slots[at] == value) {
            return false;
        }
        slots[at] = value;
        size++;
        return true;
    }

    /** Whether it was added. */
    public boolean contains(long value) {
        return slots[find(value)] == value;
    }

    /** How many there are. */
    public int size() {
        return size;
    }

    private int find(long value) {
        int at = (int) ((value * 0x9E3779B97F4A7C15L) >>> 33) & (slots.length - 1);
        while (slots[at] != 0 && slots[at] != value) {
            at = (at + 1) & (slots.length - 1);
        }
        return at;
    }

    private void grow() {
        long[] old = slots;
        slots = new long[2 * old.length];
        for (long value : old) {
            if (value != 0) {
                slots[find(value)] = value;
            }
        }
    }
}
