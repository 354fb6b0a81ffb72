package io.mics.hook.dispatch;

import io.mics.hook.policy.Retry;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.function.DoubleSupplier;

/**
 * When a failed call is made again: the hook's pause, multiplied from attempt to attempt, shortened at random by half
 * at most where it is jittered.
 *
 * @param clock  says what time it is
 * @param random 0 to 1, evenly
 */
public record BackoffSchedule(InstantSource clock, DoubleSupplier random) {
    /** The moment after {@code failures} in a row. */
    Instant due(Retry retry, int failures) {
        Duration most = retry.pauseAfter(failures);
        double part = retry.jitter() ? 1 - random.getAsDouble() / 2 : 1;
        return clock.instant().plusNanos((long) (most.toNanos() * part));
    }
}
