package io.mics.message;

/**
 * Fingerprints of accepted messages in the order they came, in plain arrays: a window of minutes at full speed must
 * cost the collector nothing. 56 to 72 bytes each; the oldest is overwritten. Used under its owner's lock.
 *
 * <p>As objects the window's million entries cost the collector a fifth of the processor.
 */
final class AcceptedMessages {
    private static final int FIRST_CAPACITY = 64;
    private static final int WORDS = 5;
    private static final int LOW = 1;
    private static final int CONNECTION = 2;
    private static final int CONTENT = 3;
    private static final int NANOS = 4;
    private static final int NONE = -1;

    private final int maxEntries;
    /** A ring of entries, {@link #WORDS} longs each. */
    private long[] entries = new long[FIRST_CAPACITY * WORDS];
    /**
     * Open addressing: half of the key above, the entry's slot in the ring plus one below. A probe that meets another
     * key mostly knows it without a look at the ring, which is too large for the processor's caches.
     */
    private long[] index = new long[2 * FIRST_CAPACITY];

    private int capacity = FIRST_CAPACITY;
    private int oldest;
    private int size;

    AcceptedMessages(int maxEntries) {
        this.maxEntries = maxEntries;
    }

    /** The entry's slot, or -1; valid until the next change. */
    int find(Fingerprint key) {
        for (int i = home((int) key.low()); index[i] != 0; i = next(i)) {
            if (half(index[i]) == (int) key.low()) {
                int at = slot(index[i]);
                if (entries[at * WORDS] == key.high() && entries[at * WORDS + LOW] == key.low()) {
                    return at;
                }
            }
        }
        return NONE;
    }

    long connection(int at) {
        return entries[at * WORDS + CONNECTION];
    }

    void connection(int at, long connection) {
        entries[at * WORDS + CONNECTION] = connection;
    }

    /** A hash of the message's target and body. */
    long content(int at) {
        return entries[at * WORDS + CONTENT];
    }

    long nanos(int at) {
        return entries[at * WORDS + NANOS];
    }

    /** Adds an entry as the newest, in place of an older one of the same key. */
    void add(Fingerprint key, long connection, long content, long nanos) {
        int known = find(key);
        if (known != NONE) {
            // its position in the order stays; its age is what counts
            connection(known, connection);
            entries[known * WORDS + CONTENT] = content;
            entries[known * WORDS + NANOS] = nanos;
            return;
        }
        if (size == capacity && capacity < maxEntries) {
            grow();
        }
        if (size == capacity) {
            forgetOldest();
        }
        int at = (oldest + size) % capacity;
        entries[at * WORDS] = key.high();
        entries[at * WORDS + LOW] = key.low();
        entries[at * WORDS + CONNECTION] = connection;
        entries[at * WORDS + CONTENT] = content;
        entries[at * WORDS + NANOS] = nanos;
        size++;
        put((int) key.low(), at);
    }

    int size() {
        return size;
    }

    private void forgetOldest() {
        int i = home((int) entries[oldest * WORDS + LOW]);
        while (slot(index[i]) != oldest) {
            i = next(i);
        }
        close(i);
        oldest = (oldest + 1) % capacity;
        size--;
    }

    /** Empties a slot of the index and moves up what had to probe past it. */
    private void close(int hole) {
        int empty = hole;
        int mask = index.length - 1;
        for (int i = next(hole); index[i] != 0; i = next(i)) {
            int home = home(half(index[i]));
            if ((i - home & mask) >= (i - empty & mask)) {
                index[empty] = index[i];
                empty = i;
            }
        }
        index[empty] = 0;
    }

    private void grow() {
        int larger = (int) Math.min(maxEntries, 2L * capacity);
        long[] ordered = new long[larger * WORDS];
        int first = Math.min(size, capacity - oldest);
        System.arraycopy(entries, oldest * WORDS, ordered, 0, first * WORDS);
        System.arraycopy(entries, 0, ordered, first * WORDS, (size - first) * WORDS);
        entries = ordered;
        oldest = 0;
        capacity = larger;
        index = new long[Integer.highestOneBit(2 * larger - 1) * 2];
        for (int at = 0; at < size; at++) {
            put((int) entries[at * WORDS + LOW], at);
        }
    }

    private void put(int half, int at) {
        int i = home(half);
        while (index[i] != 0) {
            i = next(i);
        }
        index[i] = (long) half << 32 | at + 1;
    }

    private int home(int half) {
        return half & index.length - 1;
    }

    private int next(int i) {
        return i + 1 & index.length - 1;
    }

    private static int half(long indexed) {
        return (int) (indexed >>> 32);
    }

    private static int slot(long indexed) {
        return (int) indexed - 1;
    }
}
