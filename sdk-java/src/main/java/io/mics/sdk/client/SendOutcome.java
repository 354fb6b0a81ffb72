package io.mics.sdk.client;

import io.mics.proto.message.v1.AckStatus;
import io.mics.proto.message.v1.MessageAck;

/** What became of one message. */
public sealed interface SendOutcome {

    /** Accepted: on a device's socket queue, or stored offline. The time is the gateway's, in ms since 1970. */
    record Sent(String msgId, long timestampMs, GroupCounts group) implements SendOutcome {}

    /** Accepted before, under the same id; this resend changed nothing. */
    record Duplicate(String msgId, long timestampMs) implements SendOutcome {}

    /**
     * Accepted nowhere. The reason is the gateway's, such as {@code missing to_user_id} or a backend's own; or this
     * client's {@code too many pending sends} or {@code client closed}, both with an empty {@code msgId}. The code is
     * the one of the hook that stopped the message; 0 when none did, or it gave none.
     */
    record Failed(String msgId, int code, String reason, GroupCounts group) implements SendOutcome {}

    /** Nobody knows: no answer came to any of the attempts, which may be 0 when there was no connection. */
    record Unanswered(String msgId, int attempts, String reason) implements SendOutcome {}

    /**
     * What a group message met; all zero for a single chat.
     *
     * @param partial some member was neither reached nor notified nor buffered
     * @param notified offline members the tenant's backend was notified of
     * @param buffered offline members the message is buffered for
     * @param skipped offline members for whom nothing was buffered
     */
    record GroupCounts(boolean partial, int notified, int buffered, int skipped) {
        static final GroupCounts NONE = new GroupCounts(false, 0, 0, 0);
    }

    static SendOutcome of(MessageAck ack) {
        GroupCounts group = new GroupCounts(
                ack.getPartialDelivery(),
                ack.getOfflineNotifiedUsers(),
                ack.getOfflineBufferedUsers(),
                ack.getOfflineSkippedUsers());
        if (ack.getStatus() != AckStatus.SENT) {
            return new Failed(ack.getMsgId(), ack.getCode(), ack.getReason(), group);
        }
        return ack.getReason().equals("duplicate")
                ? new Duplicate(ack.getMsgId(), ack.getTimestampMs())
                : new Sent(ack.getMsgId(), ack.getTimestampMs(), group);
    }
}
