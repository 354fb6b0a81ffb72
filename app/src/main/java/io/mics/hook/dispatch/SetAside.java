package io.mics.hook.dispatch;

import java.time.Instant;

/** Where tasks wait for their next attempt, and where they end when there is none. Never blocks. */
public interface SetAside {
    /** What became of a task that was offered. */
    enum Outcome {
        /** It is taken over; the callback tells when it is safe. */
        TAKEN,
        /** There is no room now; the caller keeps it and asks again. */
        NO_ROOM
    }

    /**
     * Takes a task over until it is due, and then offers it again.
     *
     * @param cause why, in plain words
     * @param safe  called once, on any thread, when the task outlives a crash as far as this place can promise
     */
    Outcome later(Task task, Instant due, String cause, Runnable safe);

    /**
     * Takes a task over as a dead letter.
     *
     * @param once  whether its hook must not be told twice
     * @param cause why, in plain words
     * @param safe  as above
     */
    Outcome dead(Task task, boolean once, String cause, Runnable safe);

    /** Whether all of it is lost with the process. */
    boolean isVolatile();
}
