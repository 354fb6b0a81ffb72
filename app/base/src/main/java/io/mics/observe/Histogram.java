package io.mics.observe;

/** A distribution of durations in milliseconds, or of numbers. Held by its user; safe on any thread. */
public interface Histogram {
    /** Records one duration, in milliseconds, or one number. */
    void record(double value);

    /** Records the time since {@code startNanos}, a reading of {@link System#nanoTime()}. */
    default void recordSince(long startNanos) {
        record((System.nanoTime() - startNanos) / 1_000_000.0);
    }
}
