package io.mics.sdk.plugin;

/** Notified of a share of all heartbeats, in any order; nobody waits for it. */
@FunctionalInterface
public interface HeartbeatHook {
    /**
     * Handles one heartbeat. What comes while too many are in flight is dropped.
     *
     * @throws Exception is a failed call: it is counted, and not tried again
     */
    void handle(HookContext context, HeartbeatEvent heartbeat) throws Exception;
}
