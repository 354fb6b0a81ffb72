package io.mics.protocol;

import io.mics.proto.message.v1.MessageRequest;

/** What a device says to the server. */
public sealed interface InboundFrame {

    /**
     * A message to a user or a group; nothing in it is validated yet.
     *
     * @param contentType text, image, …; empty when the client did not say
     */
    record Chat(MessageRequest message, String contentType) implements InboundFrame {}

    /** Keeps the session alive. */
    record Ping() implements InboundFrame {}

    /** Nothing this server knows; counted and otherwise ignored. */
    record Unknown() implements InboundFrame {}

    /** Could not be read; the client is told why. */
    record Unreadable(OutboundFrame.Failure failure) implements InboundFrame {}
}
