package io.mics;

import io.mics.hook.point.HookClient;
import io.mics.hook.point.HookDefinition;

/** How hooks are reached, by the type of their transport. */
final class HookTransports implements HookClient.Factory {
    @Override
    public HookClient open(HookDefinition definition) {
        throw new UnsupportedOperationException(definition.target().type());
    }
}
