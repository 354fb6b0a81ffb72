package io.mics.observe;

/** A monotonic count. Held by its user, so that counting costs one add; safe on any thread. */
public interface Counter {
    /** Adds a count that is not negative. */
    void add(long n);

    /** Adds one. */
    default void increment() {
        add(1);
    }

    /** The count so far. */
    long value();
}
