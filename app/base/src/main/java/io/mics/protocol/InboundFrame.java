package io.mics.protocol;

import io.mics.proto.message.v1.MessageRequest;
import java.util.List;

/** What a device says to the server. */
public sealed interface InboundFrame
        permits InboundFrame.Chat,
                InboundFrame.Ping,
                InboundFrame.Recall,
                InboundFrame.DeliveryAck,
                InboundFrame.Unknown,
                InboundFrame.Unreadable,
                ConversationRequest {

    /**
     * A message to a user or a group; nothing in it is validated yet.
     *
     * @param contentType text, image, …; empty when the client did not say
     */
    record Chat(MessageRequest message, String contentType) implements InboundFrame {}

    /** Keeps the session alive. */
    record Ping() implements InboundFrame {}

    /**
     * Takes a message back; nothing in it is validated yet.
     *
     * @param msgId        as its sender named it
     * @param conversation as the client spelled it
     * @param requestId    echoed in an error; may be empty
     */
    record Recall(String msgId, String conversation, String requestId) implements InboundFrame {
        /** One whose error names no request. */
        public Recall(String msgId, String conversation) {
            this(msgId, conversation, "");
        }
    }

    /**
     * The device has shown these messages; nothing in it is validated yet.
     *
     * @param msgIds       as their senders named them
     * @param conversation of all of them, as the client spelled it; or empty
     */
    record DeliveryAck(List<String> msgIds, String conversation) implements InboundFrame {
        /** Takes a copy of the list. */
        public DeliveryAck {
            msgIds = List.copyOf(msgIds);
        }
    }

    /** Nothing this server knows; counted and otherwise ignored. */
    record Unknown() implements InboundFrame {}

    /** Could not be read; the client is sent the reason. */
    record Unreadable(OutboundFrame.Failure failure) implements InboundFrame {}
}
