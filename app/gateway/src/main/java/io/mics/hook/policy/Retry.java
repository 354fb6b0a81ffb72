package io.mics.hook.policy;

import java.time.Duration;

/**
 * How often a failed call outside the sender's thread is made again.
 *
 * @param attempts   calls in all, the first included; at least 1
 * @param backoff    before the second call
 * @param multiplier of the pause from call to call; at least 1
 * @param max        the longest pause
 * @param jitter     whether a pause is shortened at random, by half at most
 */
public record Retry(int attempts, Duration backoff, double multiplier, Duration max, boolean jitter) {
    public static final Retry DEFAULTS = new Retry(5, Duration.ofMillis(200), 2, Duration.ofSeconds(30), true);

    /** The longest pause after {@code attempt} failed; 1 is the first. */
    public Duration pauseAfter(int attempt) {
        double nanos = backoff.toNanos() * Math.pow(multiplier, attempt - 1.0);
        return nanos < max.toNanos() ? Duration.ofNanos((long) nanos) : max;
    }
}
