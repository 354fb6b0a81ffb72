package io.mics.hook.dispatch;

/** Where notices go that no event tells of: deliveries and recalls. */
public interface NoticeLog {
    /** What became of a notice. */
    enum Outcome {
        TAKEN,
        /** There was no room; it is counted as dropped. */
        DROPPED
    }

    /** Takes a notice, or drops it at once when there is no room. Never blocks. */
    Outcome publish(Notice notice);
}
