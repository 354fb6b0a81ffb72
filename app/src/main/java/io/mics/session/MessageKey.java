package io.mics.session;

import io.mics.proto.message.v1.MessageRequest;

/**
 * What identifies a message from a tenant's backend, which has no delivery id. The sender, their device
 * and the msg_id do not: clients number their messages anew with each connection, so time, target and body count too.
 */
record MessageKey(String user, String device, String msgId, long timestampMs, String target, int body) {
    static MessageKey of(MessageRequest message) {
        return new MessageKey(
                message.getUserId(),
                message.getDeviceId(),
                message.getMsgId(),
                message.getTimestampMs(),
                message.getGroupId().isEmpty() ? message.getToUserId() : message.getGroupId(),
                message.getMsgBody().hashCode());
    }
}
