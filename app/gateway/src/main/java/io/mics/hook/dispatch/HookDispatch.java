package io.mics.hook.dispatch;

/** Calls hooks for what has happened, outside the sender's thread, again and again until they answer. */
public interface HookDispatch extends AutoCloseable {
    /** Where deliveries and recalls are published. */
    HookEventLog hookEvents();

    /** Forgets a tenant once it has no sessions. */
    void forget(String tenant);

    /** Lets calls in flight end, for a moment. */
    @Override
    void close();
}
