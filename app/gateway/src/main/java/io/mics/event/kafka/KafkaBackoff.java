package io.mics.event.kafka;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The time between two tries: doubled for each further one, five seconds at most. */
record KafkaBackoff(Duration first) {
    private static final long MOST_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final int DOUBLINGS = 20;

    /** The pause after so many failures in a row. */
    long nanos(int failures) {
        long factor = 1L << Math.clamp(failures - 1L, 0, DOUBLINGS);
        long nanos = Math.min(first.toNanos(), MOST_NANOS);
        return Math.min(MOST_NANOS, nanos * factor);
    }
}
