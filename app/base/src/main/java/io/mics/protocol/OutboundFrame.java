package io.mics.protocol;

/** What the server says to a device. */
public sealed interface OutboundFrame
        permits Delivery,
                ConversationFrame,
                OutboundFrame.Connected,
                OutboundFrame.Ack,
                OutboundFrame.Failure,
                OutboundFrame.Pong,
                OutboundFrame.Gap {

    /**
     * The connection is accepted.
     *
     * @param heartbeatSeconds time without a frame until the server closes the connection
     */
    record Connected(String tenant, String user, String device, String node, String traceId, long heartbeatSeconds)
            implements OutboundFrame {}

    /**
     * What became of one message.
     *
     * @param code   a hook's own when it stopped the message; else 0
     * @param reason one of {@link AckReason} or a hook's own words; empty when accepted
     * @param reach  how many group members were not reached directly; {@link Reach#NONE} for a single recipient
     */
    record Ack(String msgId, boolean sent, int code, String reason, long timestampMs, Reach reach)
            implements OutboundFrame {}

    /** How a group message fared with members who were offline. */
    record Reach(boolean partial, int notified, int buffered, int skipped) {
        public static final Reach NONE = new Reach(false, 0, 0, 0);
    }

    /**
     * A frame could not be taken.
     *
     * @param field     the offending one, or empty
     * @param msgId     of the message in the frame, as its sender numbered it; empty where there is none to be read
     * @param requestId of the request in the frame; empty where there is none
     */
    record Failure(ErrorCode code, String message, String field, String msgId, String requestId)
            implements OutboundFrame {
        /** A failure that names no message. */
        public Failure(ErrorCode code, String message, String field) {
            this(code, message, field, "", "");
        }

        /** A failure of a frame that carries no request id. */
        public Failure(ErrorCode code, String message, String field, String msgId) {
            this(code, message, field, msgId, "");
        }

        /** The failure of a request, which {@code requestId} names unless it is empty. */
        public static Failure of(ErrorCode code, String message, String field, String requestId) {
            return new Failure(code, message, field, "", requestId);
        }
    }

    /** Answers a heartbeat. */
    record Pong(long timestampMs) implements OutboundFrame {}

    /** This many deliveries were dropped from the connection's queue. */
    record Gap(long dropped) implements OutboundFrame {}
}
