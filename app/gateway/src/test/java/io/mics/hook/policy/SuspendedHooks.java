package io.mics.hook.policy;

import io.mics.hook.registry.HookRegistry;

/** Takes hooks out of service, as a failing canary does. */
public final class SuspendedHooks {
    private SuspendedHooks() {}

    /** Suspends {@code hook} for {@code tenant}. */
    public static void suspend(HookRegistry registry, String tenant, HookDefinition hook, String why) {
        registry.health(tenant, hook).suspend(why);
    }
}
