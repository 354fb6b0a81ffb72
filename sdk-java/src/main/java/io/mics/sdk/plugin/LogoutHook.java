package io.mics.sdk.plugin;

/** Notified when a session has ended, in any order; nobody waits for it. */
@FunctionalInterface
public interface LogoutHook {
    /**
     * Handles the end of one session. What comes while too many are in flight is dropped.
     *
     * @throws Exception is a failed call: it is counted, and not tried again
     */
    void handle(HookContext context, LogoutEvent logout) throws Exception;
}
