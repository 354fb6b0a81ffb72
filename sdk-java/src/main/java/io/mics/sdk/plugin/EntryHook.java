package io.mics.sdk.plugin;

/** Asked about a connection before the tenant's {@code /auth}; the client waits for the answer. */
@FunctionalInterface
public interface EntryHook {
    /**
     * Decides about one connection. May block until {@link HookContext#deadline()}.
     *
     * @throws Exception is a failed call: the hook's {@code on-failure} decides
     */
    Admission handle(HookContext context, EntryEvent entry) throws Exception;
}
