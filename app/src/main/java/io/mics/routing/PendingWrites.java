package io.mics.routing;

import java.util.ArrayList;
import java.util.List;

/**
 * Connections that were given something to write, to be started together once what is at hand is handled: a burst for
 * one device then costs one write. Whoever fills it must {@link #start} it before blocking. Safe on any thread, for the
 * children of a fan-out.
 */
public final class PendingWrites {
    /** So many are started by the caller; more, in turns of so many, by threads of their own. */
    private static final int TURN = 64;

    private List<Runnable> writers = new ArrayList<>(0);

    /** Adds a connection's writer. */
    public void add(Runnable writer) {
        synchronized (this) {
            writers.add(writer);
        }
    }

    /**
     * Starts every writer added since the last time. Very many are not started before this returns: the caller has an
     * answer to give, and others have messages to send, that must not wait behind all of them.
     */
    public void start() {
        List<Runnable> due;
        synchronized (this) {
            if (writers.isEmpty()) {
                return;
            }
            due = writers;
            writers = new ArrayList<>(0);
        }
        if (due.size() <= TURN) {
            due.forEach(Runnable::run);
        } else {
            Thread.startVirtualThread(() -> startTurn(due));
        }
    }

    /** Starts some, and lets them and whatever else is ready run before the next. */
    private static void startTurn(List<Runnable> due) {
        due.stream().limit(TURN).forEach(Runnable::run);
        if (due.size() > TURN) {
            Thread.startVirtualThread(() -> startTurn(due.subList(TURN, due.size())));
        }
    }
}
