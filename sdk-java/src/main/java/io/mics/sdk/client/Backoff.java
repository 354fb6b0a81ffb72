package io.mics.sdk.client;

import java.time.Duration;
import java.util.function.DoubleSupplier;

/**
 * How long to wait before the next attempt: exponential with full jitter. Every delay is between 0 and the ceiling,
 * which doubles from {@code min} up to {@code max}; clients dropped together so come back spread out.
 */
final class Backoff {
    private final Duration min;
    private final Duration max;
    private final DoubleSupplier random;

    /** The random source gives numbers from 0 (inclusive) to 1. */
    Backoff(Duration min, Duration max, DoubleSupplier random) {
        this.min = min;
        this.max = max;
        this.random = random;
    }

    /** The delay after this many failures, the first being 0. */
    Duration after(int failures) {
        double ceilingMs = Math.min((double) max.toMillis(), (double) min.toMillis() * Math.pow(2, failures));
        return Duration.ofMillis((long) (random.getAsDouble() * ceilingMs));
    }

    /** A delay in the upper half of what is possible, for a server that said it is full. */
    Duration longest() {
        return Duration.ofMillis((long) ((0.5 + random.getAsDouble() / 2) * max.toMillis()));
    }
}
