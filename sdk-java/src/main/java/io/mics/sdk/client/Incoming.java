package io.mics.sdk.client;

import com.google.protobuf.ByteString;

/**
 * A message for this device.
 *
 * @param msgId chosen by the sender; unique only together with sender and device
 * @param groupId empty for a single chat
 * @param body decrypted, when the client has a key
 * @param timestampMs the sender's clock, in ms since 1970
 */
public record Incoming(
        String msgId, String fromUser, String fromDevice, String groupId, ByteString body, long timestampMs) {

    /** The body read as UTF-8. */
    public String text() {
        return body.toStringUtf8();
    }
}
