package io.mics.session;

/** Something the wheel looks at from time to time. */
public interface Timed {
    /** The look is over for good. */
    long NEVER = Long.MAX_VALUE;

    /**
     * Does what is due.
     *
     * @param nanos now, as {@link System#nanoTime()} says it
     * @return nanoseconds from now until the next look, or {@link #NEVER}
     */
    long look(long nanos);
}
