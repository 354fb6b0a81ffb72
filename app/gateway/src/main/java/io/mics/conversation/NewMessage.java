package io.mics.conversation;

import com.google.protobuf.ByteString;
import io.mics.protocol.ConversationRef;
import java.util.Map;

/**
 * A message that hooks have let pass, on its way into the log.
 *
 * @param sender          who may write there: that was checked
 * @param device          that sent it
 * @param clientMsgId     the sender's name for it, unique per sender and conversation
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
}
