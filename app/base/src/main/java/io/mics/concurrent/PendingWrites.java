package io.mics.concurrent;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Connections that were given something to write, to be started together once what is at hand is handled: a burst for
 * one device then costs one write. Whoever fills it must {@link #start} it before blocking. Safe on any thread, for the
 * children of a fan-out.
 */
public final class PendingWrites {
    /** So many are started by the caller; more, in groups of so many, by a thread of their own. */
    private static final int AT_ONCE = 16;

    private final Optional<FairScheduler> scheduler;
    private final String owner;
    private final Runnable blocking;
    private List<Runnable> writers = new ArrayList<>(0);

    /**
     * Of a tenant that takes turns with the others, by {@code scheduler}, when it has many to start.
     *
     * @param blocking run at each {@link #start}, which is what comes before blocking
     */
    public PendingWrites(FairScheduler scheduler, String tenant, Runnable blocking) {
        this.scheduler = Optional.of(scheduler);
        this.owner = tenant;
        this.blocking = blocking;
    }

    /** Of nobody in particular. */
    public PendingWrites() {
        this.scheduler = Optional.empty();
        this.owner = "";
        this.blocking = () -> {};
    }

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
        blocking.run();
        List<Runnable> due;
        synchronized (this) {
            if (writers.isEmpty()) {
                return;
            }
            due = writers;
            writers = new ArrayList<>(0);
        }
        if (due.size() <= AT_ONCE) {
            due.forEach(Runnable::run);
        } else {
            Thread.ofVirtual().name("writer-starter").start(() -> startInTurns(due));
        }
    }

    private void startInTurns(List<Runnable> due) {
        if (scheduler.isEmpty()) {
            for (int from = 0; from < due.size(); from += AT_ONCE) {
                startSome(due, from);
                FairScheduler.yieldToOthers();
            }
            return;
        }
        int from = 0;
        boolean mine = false;
        try {
            scheduler.get().enter(owner);
            mine = true;
            for (; from < due.size(); from += AT_ONCE) {
                startSome(due, from);
                // lets them, and whatever else is ready, run before the next
                mine = false;
                scheduler.get().next(owner);
                mine = true;
            }
        } catch (InterruptedException e) {
            // nobody interrupts this thread; if somebody did, the rest must be written all the same
            for (; from < due.size(); from += AT_ONCE) {
                startSome(due, from);
            }
        } finally {
            if (mine) {
                scheduler.get().leave(owner);
            }
        }
    }

    private static void startSome(List<Runnable> due, int from) {
        due.subList(from, Math.min(from + AT_ONCE, due.size())).forEach(Runnable::run);
    }
}
