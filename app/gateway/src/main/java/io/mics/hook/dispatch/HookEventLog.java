package io.mics.hook.dispatch;

/** Where hook events go that are in no tenant's event log: deliveries and recalls. */
public interface HookEventLog {
    /** Takes an event, or drops it at once and counts it as dropped when there is no room. Never blocks. */
    void publish(HookEvent event);
}
