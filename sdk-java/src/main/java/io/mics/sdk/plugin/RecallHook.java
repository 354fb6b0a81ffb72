package io.mics.sdk.plugin;

/** Asked whether a message may be taken back, and notified when it was. */
public interface RecallHook {
    /**
     * Whether {@link RecallEvent#operatorId()} may take the message back; the operator waits for the answer.
     *
     * @throws Exception is a failed call: the recall is refused
     */
    default boolean permits(HookContext context, RecallEvent recall) throws Exception {
        return true;
    }

    /**
     * Notified that a message was taken back. The same one may come again, under the same
     * {@link HookContext#idempotencyKey()}.
     *
     * @throws Exception is a failed call: it is tried again, then dead-lettered
     */
    void handle(HookContext context, RecallEvent recall) throws Exception;
}
