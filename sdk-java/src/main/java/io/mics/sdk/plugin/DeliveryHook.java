package io.mics.sdk.plugin;

/** Notified when somebody has got a message. */
@FunctionalInterface
public interface DeliveryHook {
    /**
     * Handles one delivery. The same one may come again, under the same {@link HookContext#idempotencyKey()}.
     *
     * @throws Exception is a failed call: it is tried again, then dead-lettered
     */
    void handle(HookContext context, DeliveryEvent delivery) throws Exception;
}
