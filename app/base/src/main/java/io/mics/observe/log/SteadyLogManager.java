package io.mics.observe.log;

import java.util.logging.LogManager;

/**
 * A log manager that keeps its handlers while the JVM shuts down. The JDK's own removes them in a shutdown hook of its
 * own, beside ours, and the lines about the drain would be lost.
 *
 * <p>{@code Launcher} sets it; where something logged before, the JDK's own stays.
 */
public final class SteadyLogManager extends LogManager {
    private static volatile boolean steady;

    /** From now on handlers stay. */
    static void keepHandlers() {
        steady = true;
    }

    @Override
    public void reset() {
        if (!steady) {
            super.reset();
        }
    }
}
