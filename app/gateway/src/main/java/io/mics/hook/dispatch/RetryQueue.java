package io.mics.hook.dispatch;

import java.time.Instant;

/** Where tasks wait for their next attempt, and where they end when there is none. Never blocks. */
public interface RetryQueue {
    /**
     * Takes a task over until it is due, and then submits it again.
     *
     * @param cause why, in plain words
     * @param safe  called once, on any thread, when the task outlives a crash as far as this queue can promise
     */
    Submission schedule(Task task, Instant due, String cause, Runnable safe);

    /**
     * Takes a task over as a dead letter.
     *
     * @param once  whether its hook must not be notified twice
     * @param cause why, in plain words
     * @param safe  as above
     */
    Submission deadLetter(Task task, boolean once, String cause, Runnable safe);

    /** Whether all of it is lost with the process. */
    boolean isVolatile();
}
