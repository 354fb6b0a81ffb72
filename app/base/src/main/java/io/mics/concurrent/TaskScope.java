package io.mics.concurrent;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * A block of code whose concurrent parts end before it does: the shape of JDK's {@code StructuredTaskScope}.
 *
 * <p>Children are virtual threads, at most {@code width} at a time, and inherit the owner's inheritable thread locals.
 * A scope is cancelled (its children interrupted, nothing more started) by its deadline, by the interruption of its
 * owner while it waits, by {@link #close}, and, unless it is {@linkplain #collecting collecting}, by the first failure.
 * Only the thread that opened a scope may use it; another gets {@link WrongThreadException}. Children may open scopes
 * of their own.
 */
public final class TaskScope implements AutoCloseable {
    /** A child failed; the cause is the first failure. */
    public static final class FailedException extends RuntimeException {
        FailedException(String name, Throwable cause) {
            super(name + ": a task failed", cause);
        }
    }

    /** The deadline passed before every child was done. */
    public static final class TimeoutException extends RuntimeException {
        TimeoutException(String name) {
            super(name + ": the deadline passed");
        }
    }

    private final String name;
    private final int width;
    private final Deadline deadline;
    private final boolean failureCancels;
    private final Thread owner = Thread.currentThread();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Map<Subtask<?>, Thread> running = new HashMap<>();
    private @Nullable Throwable firstFailure;
    private boolean timedOut;
    private boolean cancelled;
    private boolean closed;
    private int forked;
    private volatile boolean joined = true;

    private TaskScope(String name, int width, Deadline deadline, boolean failureCancels) {
        if (width < 1) {
            throw new IllegalArgumentException("width must be at least 1, not " + width);
        }
        this.name = name;
        this.width = width;
        this.deadline = deadline;
        this.failureCancels = failureCancels;
    }

    /** A scope in which the first failure cancels the others; {@code name} begins its threads' names. */
    public static TaskScope open(String name, int width, Deadline deadline) {
        return new TaskScope(name, width, deadline, true);
    }

    /** A scope in which every child runs to its own end; {@link #join} throws neither for failures nor the deadline. */
    public static TaskScope collecting(String name, int width, Deadline deadline) {
        return new TaskScope(name, width, deadline, false);
    }

    /**
     * Starts a child, waiting while {@code width} of them run. Once the scope is cancelled nothing is started and the
     * subtask stays {@link Subtask.State#UNAVAILABLE}; {@link #join} says why.
     *
     * @throws InterruptedException  when the owner was interrupted while it waited; the scope is then cancelled
     * @throws IllegalStateException after {@link #close}
     */
    public <T extends @Nullable Object> Subtask<T> fork(Callable<? extends T> task) throws InterruptedException {
        requireOwner();
        Subtask<T> subtask = new Subtask<>(this, task);
        lock.lock();
        try {
            if (closed) {
                throw new IllegalStateException(name + " is closed");
            }
            joined = false;
            await(width - 1);
            if (!cancelled && deadline.expired()) {
                expire();
            }
            if (!cancelled) {
                Thread child = Thread.ofVirtual().name(name + "-" + ++forked).unstarted(subtask);
                running.put(subtask, child);
                start(subtask, child);
            }
        } finally {
            lock.unlock();
        }
        return subtask;
    }

    /**
     * Waits until every child is done, or the scope is cancelled.
     *
     * @throws FailedException      when a child failed, except in a collecting scope
     * @throws TimeoutException     when the deadline passed first, except in a collecting scope
     * @throws InterruptedException when the owner was interrupted; the scope is then cancelled
     */
    public void join() throws InterruptedException {
        requireOwner();
        lock.lock();
        try {
            if (closed) {
                throw new IllegalStateException(name + " is closed");
            }
            await(0);
            joined = true;
            if (failureCancels && firstFailure != null) {
                throw new FailedException(name, firstFailure);
            }
            if (failureCancels && timedOut) {
                throw new TimeoutException(name);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Cancels what still runs and waits for its end, however long it takes; an interrupt of the owner stays set. */
    @Override
    public void close() {
        requireOwner();
        lock.lock();
        try {
            closed = true;
            joined = true;
            cancel();
            while (!running.isEmpty()) {
                changed.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Records a child's outcome, unless the scope was cancelled before; called by the child as its last act. */
    void finished(Subtask<?> subtask, @Nullable Throwable failure, Runnable outcome) {
        lock.lock();
        try {
            running.remove(subtask);
            if (!cancelled) {
                outcome.run();
                if (failure != null && firstFailure == null) {
                    firstFailure = failure;
                }
                if (failure != null && failureCancels) {
                    cancel();
                }
            }
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    void requireJoined() {
        if (owner.equals(Thread.currentThread()) && !joined) {
            throw new IllegalStateException(name + ": join before asking a subtask");
        }
    }

    /** Waits until at most {@code children} run or the scope is cancelled, by the deadline if need be. */
    private void await(int children) throws InterruptedException {
        try {
            while (running.size() > children && !cancelled) {
                if (changed.awaitNanos(deadline.remainingNanos()) <= 0 && running.size() > children && !cancelled) {
                    expire();
                }
            }
        } catch (InterruptedException e) {
            cancel();
            throw e;
        }
    }

    private void expire() {
        timedOut = true;
        cancel();
    }

    private void cancel() {
        if (!cancelled) {
            cancelled = true;
            running.values().forEach(Thread::interrupt);
            changed.signal();
        }
    }

    private void start(Subtask<?> subtask, Thread child) {
        boolean started = false;
        try {
            child.start();
            started = true;
        } finally {
            if (!started) {
                running.remove(subtask);
            }
        }
    }

    private void requireOwner() {
        if (!owner.equals(Thread.currentThread())) {
            throw new WrongThreadException(name + " belongs to " + owner);
        }
    }
}
