package io.mics.routing;

import java.util.ArrayList;
import java.util.List;

/**
 * Connections that were given something to write, to be started together once what is at hand is handled: a burst for
 * one device then costs one write. Whoever fills it must {@link #start} it before blocking. Safe on any thread, for the
 * children of a fan-out.
 */
public final class PendingWrites {
    private List<Runnable> writers = new ArrayList<>(0);

    /** Adds a connection's writer. */
    public void add(Runnable writer) {
        synchronized (this) {
            writers.add(writer);
        }
    }

    /** Starts every writer added since the last time. */
    public void start() {
        List<Runnable> due;
        synchronized (this) {
            if (writers.isEmpty()) {
                return;
            }
            due = writers;
            writers = new ArrayList<>(0);
        }
        due.forEach(Runnable::run);
    }
}
