package io.mics.sdk.plugin;

import java.util.Map;

/** Notified of a message after it was stored (durable tenants) or delivered (pipe tenants). */
@FunctionalInterface
public interface PostSendHook {
    /**
     * Handles one message. The same message may come again, under the same {@link HookContext#idempotencyKey()}.
     *
     * @return what the hook wants to get back when the message is recalled; 4 KiB at most, kept 24 hours
     * @throws Exception is a failed call: it is tried again, then dead-lettered
     */
    Map<String, String> handle(HookContext context, MessageRecord message) throws Exception;
}
