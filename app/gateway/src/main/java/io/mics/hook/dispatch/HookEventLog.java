package io.mics.hook.dispatch;

/** Where hook events go that are in no tenant's event log: deliveries and recalls. */
public interface HookEventLog {
    /** What became of an event. */
    enum Outcome {
        ACCEPTED,
        /** There was no room; it is counted as dropped. */
        DROPPED
    }

    /** Takes an event, or drops it at once when there is no room. Never blocks. */
    Outcome publish(HookEvent event);
}
