package io.mics.hook.config;

class MemoryHookOverridesTest extends HookOverridesContract {
    private static final HookOverrideStore STORE = new MemoryHookOverrides();

    @Override
    protected HookOverrideStore store() {
        return STORE;
    }
}
