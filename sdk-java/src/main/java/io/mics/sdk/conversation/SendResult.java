package io.mics.sdk.conversation;

/** What became of a message. Times are the gateway's, in ms since 1970. */
public sealed interface SendResult {
    /** The client's name for the message. */
    String clientMsgId();

    /** The gateway's log has it: it will be stored, and is never lost. */
    record Accepted(String clientMsgId, long timestampMs) implements SendResult {}

    /**
     * The gateway's database has it.
     *
     * @param duplicate it had been sent before under this id; what stands in the conversation is the first
     */
    record Stored(
            String clientMsgId, String conversation, long seq, long messageId, long timestampMs, boolean duplicate)
            implements SendResult {}

    /**
     * It is nowhere, and nobody gets it. The reason is the gateway's, such as {@code conversation not found}, or a
     * backend's own; or this client's {@code too many pending sends}, {@code id is being sent} or {@code client
     * closed}.
     *
     * @param code of the hook that stopped the message; 0 when none did, or it gave none
     */
    record Refused(String clientMsgId, int code, String reason) implements SendResult {}

    /** Nobody knows; sent again under the same id it is exact whatever happened. */
    record Unanswered(String clientMsgId, int attempts, String reason) implements SendResult {}
}
