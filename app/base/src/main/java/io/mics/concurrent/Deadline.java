package io.mics.concurrent;

import java.time.Duration;

/**
 * A moment by which something must be over. Monotonic: a reading of {@link System#nanoTime()}, so only of meaning
 * inside this process.
 *
 * @param atNanos the moment, in nanoseconds of {@link System#nanoTime()}
 */
public record Deadline(long atNanos) {
    private static final Duration FARTHEST = Duration.ofDays(36_500);

    /** A hundred years after the process began. */
    public static final Deadline NEVER = after(FARTHEST);

    /** The moment {@code duration} from now; more than a hundred years count as a hundred years. */
    public static Deadline after(Duration duration) {
        Duration capped = duration.compareTo(FARTHEST) > 0 ? FARTHEST : duration;
        return new Deadline(System.nanoTime() + capped.toNanos());
    }

    /** The time left; zero once it has passed. */
    public Duration remaining() {
        return Duration.ofNanos(remainingNanos());
    }

    /** The nanoseconds left; zero once it has passed. */
    public long remainingNanos() {
        return Math.max(0, atNanos - System.nanoTime());
    }

    /** Whether it has passed. */
    public boolean expired() {
        return atNanos - System.nanoTime() <= 0;
    }

    /** This one or {@code other}, whichever comes first. */
    public Deadline earlier(Deadline other) {
        return atNanos - other.atNanos <= 0 ? this : other;
    }
}
