package io.mics.hook.policy;

import io.mics.hook.point.HookClient;

/** Makes hooks reachable over one transport, or over all. */
public interface HookClientFactory {
    /** Opens a client without calling; what is wrong with the target is the cause of every failed call. */
    HookClient open(HookDefinition definition);
}
