package io.mics.sdk.plugin;

/** Asked about a user whom the tenant's {@code /auth} accepted, before there is a session; the client waits. */
@FunctionalInterface
public interface LoginHook {
    /**
     * Decides about one login. May block until {@link HookContext#deadline()}.
     *
     * @throws Exception is a failed call: the hook's {@code on-failure} decides
     */
    Admission handle(HookContext context, LoginEvent login) throws Exception;
}
