package io.mics.conversation;

import com.google.protobuf.ByteString;
import io.mics.protocol.ConversationRef;
import java.util.Map;

/**
 * A message that hooks have let pass, on its way into the log.
 *
 * @param sender          who may write there: that was checked
 * @param device          that sent it
 * @param clientMsgId     the sender's name for it
 * @param dedupKey        what a resend is recognised by, unique per sender and conversation: two messages with the
 *                        same are one. The {@code clientMsgId} of a {@code SendMessage}; clients of the first protocol
 *                        number their messages anew with each connection, so for theirs it holds device, content and
 *                        minute
 * @param earlierKey      a message with this {@code dedupKey} is the same one, too: that of the minute before; or empty
 * @param contentType     text, image, …; empty when its sender did not say
 * @param traceId         of the sender's connection
 * @param acceptedMs      when it came, in milliseconds since 1970
 * @param echoed          whether the device that sent it gets it like everybody
 */
public record NewMessage(
        String tenant,
        ConversationRef conversation,
        String sender,
        String device,
        String clientMsgId,
        String dedupKey,
        String earlierKey,
        String contentType,
        ByteString body,
        Map<String, String> headers,
        String traceId,
        long acceptedMs,
        boolean echoed) {
    /** Takes a copy of the headers. */
    public NewMessage {
        headers = Map.copyOf(headers);
    }

    /** Whether it came as a {@code MessageRequest}: only such messages have an {@link #earlierKey}. */
    public boolean isOfFirstProtocol() {
        return !earlierKey.isEmpty();
    }
}
