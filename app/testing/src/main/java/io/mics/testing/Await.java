package io.mics.testing;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Waits for what no latch says, with the patience of tests that run on a loaded machine. */
public final class Await {
    /** How long anything may take. */
    public static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final long FIRST_PAUSE_NANOS = Duration.ofMillis(1).toNanos();
    private static final long LONGEST_PAUSE_NANOS = Duration.ofMillis(50).toNanos();

    private Await() {}

    /** Waits until a condition holds; {@code what} names it when it never does. */
    public static void until(String what, BooleanSupplier condition) {
        until(what, PATIENCE, condition);
    }

    /** Waits until a condition holds, for {@code patience} at most. */
    public static void until(String what, Duration patience, BooleanSupplier condition) {
        long end = System.nanoTime() + patience.toNanos();
        long pause = FIRST_PAUSE_NANOS;
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("not within " + patience.toSeconds() + " s: " + what);
            }
            LockSupport.parkNanos(pause);
            pause = Math.min(2 * pause, LONGEST_PAUSE_NANOS);
        }
    }

    /** Waits until a condition holds that may throw; what it throws is thrown wrapped. */
    public static void untilTrue(String what, Callable<Boolean> condition) {
        until(what, () -> {
            try {
                return condition.call();
            } catch (Exception e) {
                throw new AssertionError(what + ": " + e, e);
            }
        });
    }
}
