package io.mics.hook.policy;

/** How a hook is for one tenant. */
public enum HookState {
    /** There is none, or its target cannot be called at all. */
    UNCONFIGURED,
    /** It was not called yet, or its breaker lets one call through to see. */
    PROBING,
    HEALTHY,
    /** The last call failed or was refused, or more than a tenth of the last 20 within the last minute. */
    DEGRADED,
    /** Its breaker refuses calls. */
    OPEN,
    /** Taken out of service: a canary that was rolled back, a plugin that would not end. */
    SUSPENDED
}
