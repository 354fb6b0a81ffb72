package io.mics.sdk.plugin;

/** Asked before a message is accepted; the sender waits for the answer. */
@FunctionalInterface
public interface PreSendHook {
    /**
     * Decides about one message. May block until {@link HookContext#deadline()}.
     *
     * @throws Exception is a failed call: the hook's {@code on-failure} decides
     */
    HookResult handle(HookContext context, MessageDraft draft) throws Exception;
}
