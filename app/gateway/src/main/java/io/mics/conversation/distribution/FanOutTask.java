package io.mics.conversation.distribution;

import io.mics.protocol.ConversationRef;

/**
 * A stored message of a large group that is still to be distributed. Its sender's devices are served already.
 *
 * @param resumeAfter members up to this one are served; empty at first
 */
public record FanOutTask(
        String tenant,
        ConversationRef.Group group,
        long seq,
        long messageId,
        String sender,
        String traceId,
        String resumeAfter) {
    /** What is left when the members up to {@code user} are served. */
    public FanOutTask after(String user) {
        return new FanOutTask(tenant, group, seq, messageId, sender, traceId, user);
    }
}
