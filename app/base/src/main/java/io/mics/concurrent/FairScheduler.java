package io.mics.concurrent;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;

/**
 * A bounded number of workers for long work that is done in slices, handed to owners in turn: round-robin over those
 * who wait, first come first served within one. Whoever has {@linkplain #enter entered} works on its own thread, calls
 * {@link #next} between slices and {@link #leave} at the end, and must not block in between. An owner whose
 * {@link DutyCycle} says so rests before it works on, and holds no worker meanwhile.
 */
public final class FairScheduler {
    private final int workers;
    private final Function<String, DutyCycle> cycles;
    private final ReentrantLock lock = new ReentrantLock();
    /** Who waits, by owner; the owner whose turn is next comes first. */
    private final Map<String, Deque<Waiter>> waiting = new LinkedHashMap<>();

    private int busy;
    private int queued;
    /** As many as are queued, read without the lock. */
    private volatile int waiters;

    private static final class Waiter {
        final Thread thread = Thread.currentThread();
        volatile boolean granted;
    }

    /** Nobody at work; {@code workers} is how many slices may be worked on at one time, at least 1. */
    public FairScheduler(int workers) {
        this(workers, owner -> DutyCycle.OFF);
    }

    FairScheduler(int workers, Function<String, DutyCycle> cycles) {
        if (workers < 1) {
            throw new IllegalArgumentException("workers must be at least 1, not " + workers);
        }
        this.workers = workers;
        this.cycles = cycles;
    }

    /** Half of the processors, at least one: the other half stays for work that is short. Nobody rests. */
    public static FairScheduler forThisMachine() {
        return new FairScheduler(halfOfTheProcessors());
    }

    /** The same for tenants, who rest as {@code load} says. */
    public static FairScheduler forThisMachine(NodeLoad load) {
        return new FairScheduler(halfOfTheProcessors(), load::cycle);
    }

    private static int halfOfTheProcessors() {
        return Math.max(1, Runtime.getRuntime().availableProcessors() / 2);
    }

    /** Takes a turn of {@code owner} if nobody has to be waited for, and no rest is due. */
    public boolean tryEnter(String owner) {
        DutyCycle cycle = cycles.apply(owner);
        if (cycle.isDue()) {
            return false;
        }
        lock.lock();
        try {
            if (busy == workers) {
                return false;
            }
            busy++;
        } finally {
            lock.unlock();
        }
        cycle.began();
        return true;
    }

    /**
     * Waits for a turn of {@code owner}.
     *
     * @throws InterruptedException when interrupted while waiting; there is then nothing to leave
     */
    public void enter(String owner) throws InterruptedException {
        DutyCycle cycle = cycles.apply(owner);
        cycle.rest();
        acquire(owner);
        cycle.began();
    }

    private void acquire(String owner) throws InterruptedException {
        Waiter waiter;
        lock.lock();
        try {
            if (busy < workers) {
                busy++;
                return;
            }
            waiter = queued(owner);
        } finally {
            lock.unlock();
        }
        await(owner, waiter);
    }

    /**
     * Ends a slice and waits for the owner's next turn, behind everybody who waits now. Threads that are ready to run
     * get the processor also when nobody waits.
     *
     * @throws InterruptedException when interrupted while waiting; there is then nothing to leave
     */
    public void next(String owner) throws InterruptedException {
        DutyCycle cycle = cycles.apply(owner);
        cycle.ended();
        if (cycle.isDue()) {
            release();
            cycle.rest();
            acquire(owner);
        } else {
            pass(owner);
        }
        cycle.began();
    }

    private void pass(String owner) throws InterruptedException {
        if (waiters == 0) {
            yieldToOthers();
            return;
        }
        Waiter waiter;
        lock.lock();
        try {
            if (waiting.isEmpty()) {
                return;
            }
            waiter = queued(owner);
            handOver();
        } finally {
            lock.unlock();
        }
        await(owner, waiter);
    }

    /** Ends the owner's turn; the next in turn begins. */
    public void leave(String owner) {
        cycles.apply(owner).ended();
        release();
    }

    private void release() {
        lock.lock();
        try {
            handOver();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Gives threads that are ready to run the processor: virtual threads are not interrupted by a clock, so long work
     * must do it itself.
     */
    @SuppressWarnings("ThreadPriorityCheck") // nothing depends on it but how long others wait
    public static void yieldToOthers() {
        Thread.yield();
    }

    /** How many wait for a turn. */
    public int waiting() {
        return waiters;
    }

    /** How many are at work. */
    public int busy() {
        lock.lock();
        try {
            return busy;
        } finally {
            lock.unlock();
        }
    }

    private Waiter queued(String owner) {
        Waiter waiter = new Waiter();
        waiting.computeIfAbsent(owner, o -> new ArrayDeque<>(1)).add(waiter);
        waiters = ++queued;
        return waiter;
    }

    /** Gives the caller's worker to whoever is next, whose owner then goes behind all others. */
    private void handOver() {
        var owners = waiting.entrySet().iterator();
        if (!owners.hasNext()) {
            busy--;
            return;
        }
        Map.Entry<String, Deque<Waiter>> first = owners.next();
        owners.remove();
        Waiter next = first.getValue().remove();
        if (!first.getValue().isEmpty()) {
            waiting.put(first.getKey(), first.getValue());
        }
        waiters = --queued;
        next.granted = true;
        LockSupport.unpark(next.thread);
    }

    private void await(String owner, Waiter waiter) throws InterruptedException {
        while (!waiter.granted) {
            LockSupport.park(this);
            if (Thread.interrupted()) {
                giveUp(owner, waiter);
                throw new InterruptedException("interrupted while waiting for a turn");
            }
        }
    }

    private void giveUp(String owner, Waiter waiter) {
        lock.lock();
        try {
            if (waiter.granted) {
                handOver();
                return;
            }
            Deque<Waiter> own = waiting.get(owner);
            if (own != null && own.remove(waiter)) {
                waiters = --queued;
                if (own.isEmpty()) {
                    waiting.remove(owner);
                }
            }
        } finally {
            lock.unlock();
        }
    }
}
