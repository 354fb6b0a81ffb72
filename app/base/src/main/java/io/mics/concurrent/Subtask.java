package io.mics.concurrent;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** One child of a {@link TaskScope}: asked for its outcome once the scope has joined. */
public final class Subtask<T extends @Nullable Object> implements Runnable {
    /** Where a child stands. */
    public enum State {
        /** Not finished, never started, or finished only after its scope was cancelled. */
        UNAVAILABLE,
        SUCCESS,
        FAILED
    }

    private final TaskScope scope;
    private final Callable<? extends T> task;
    private volatile State state = State.UNAVAILABLE;
    private @Nullable T result;
    private @Nullable Throwable failure;

    Subtask(TaskScope scope, Callable<? extends T> task) {
        this.scope = scope;
        this.task = task;
    }

    /** Runs the task and reports to the scope; called once, by the scope, on the child's own thread. */
    @Override
    public void run() {
        try {
            T value = task.call();
            scope.finished(this, null, () -> {
                result = value;
                state = State.SUCCESS;
            });
        } catch (Throwable e) {
            FatalErrors.check(e);
            scope.finished(this, e, () -> {
                failure = e;
                state = State.FAILED;
            });
        }
    }

    /** Where this child stands; may be asked at any time. */
    public State state() {
        return state;
    }

    /** The task's result. Throws {@link IllegalStateException} before the scope has joined and unless it succeeded. */
    @SuppressWarnings("NullAway") // null only where T allows it
    public T get() {
        scope.requireJoined();
        if (state != State.SUCCESS) {
            throw new IllegalStateException("no result: " + state, failure);
        }
        return result;
    }

    /** What the task threw. Throws {@link IllegalStateException} before the scope has joined and unless it failed. */
    public Throwable exception() {
        scope.requireJoined();
        Throwable thrown = failure;
        if (state != State.FAILED || thrown == null) {
            throw new IllegalStateException("no failure: " + state);
        }
        return thrown;
    }
}
