package io.mics.sdk.conversation;

import com.google.protobuf.ByteString;
import java.util.Map;

/**
 * A message to be sent.
 *
 * @param conversation {@code single:{user}:{user}} in any order, {@code group:{id}} or {@code world}
 * @param clientMsgId  1–128 printable characters, unique per sender and conversation for ever; the same one again is
 *                     the same message, also after a restart. Empty: the client makes one
 * @param contentType  text, image, file, voice, video, system or a word of the app's own; may be empty
 * @param headers      at most 16, of 64 characters each name and 1024 each value
 */
public record OutgoingMessage(
        String conversation, String clientMsgId, String contentType, ByteString body, Map<String, String> headers) {
    /** Takes a copy of the headers. */
    public OutgoingMessage {
        headers = Map.copyOf(headers);
    }

    /** A text, under an id that the client makes. */
    public static OutgoingMessage text(String conversation, String text) {
        return new OutgoingMessage(conversation, "", "text", ByteString.copyFromUtf8(text), Map.of());
    }
}
