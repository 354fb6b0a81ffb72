package io.mics.timer;

/** What a timing wheel runs when it is due. Runs on the wheel's thread and must not block. */
public interface TimerTask {
    /** The task is over for good. */
    long NEVER = Long.MAX_VALUE;

    /**
     * Does what is due.
     *
     * @param nanos now, as {@link System#nanoTime()} says it
     * @return nanoseconds from now until the next run, or {@link #NEVER}
     */
    long run(long nanos);
}
