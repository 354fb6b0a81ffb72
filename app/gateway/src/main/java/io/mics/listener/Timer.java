package io.mics.listener;

/** Looks at something after a time; the node's timing wheel. */
@FunctionalInterface
public interface Timer {
    /** The look is over for good. */
    long NEVER = Long.MAX_VALUE;

    /**
     * Looks after {@code delayNanos}, and again as often as the answer of a look asks for.
     *
     * @return ends it, so that what was watched can be forgotten
     */
    Runnable schedule(Watched watched, long delayNanos);

    /** What is looked at. */
    @FunctionalInterface
    interface Watched {
        /** Does what is due at {@code nanos}; answers with nanoseconds until the next look, or {@link #NEVER}. */
        long look(long nanos);
    }
}
