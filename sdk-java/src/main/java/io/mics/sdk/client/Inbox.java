package io.mics.sdk.client;

import com.google.protobuf.ByteString;
import io.mics.proto.message.v1.MessageDelivery;
import io.mics.proto.message.v1.MessageRequest;
import org.jspecify.annotations.Nullable;

/** Opens what arrives and hands it to the listener; runs on the callback thread. */
final class Inbox {
    private final ClientListener listener;
    private final @Nullable BodyCipher cipher;

    Inbox(ClientListener listener, @Nullable BodyCipher cipher) {
        this.listener = listener;
        this.cipher = cipher;
    }

    void take(MessageDelivery delivery) {
        MessageRequest message = delivery.getMessage();
        if (cipher == null) {
            listener.onMessage(incoming(message, message.getMsgBody()));
            return;
        }
        BodyCipher.Opened opened = cipher.open(message.getMsgBody().toByteArray());
        if (opened instanceof BodyCipher.Plain plain) {
            listener.onMessage(incoming(message, ByteString.copyFrom(plain.bytes())));
        } else if (opened instanceof BodyCipher.Unreadable unreadable) {
            listener.onUnreadable(incoming(message, message.getMsgBody()), unreadable.reason());
        }
    }

    private static Incoming incoming(MessageRequest message, ByteString body) {
        return new Incoming(
                message.getMsgId(),
                message.getUserId(),
                message.getDeviceId(),
                message.getGroupId(),
                body,
                message.getTimestampMs());
    }
}
