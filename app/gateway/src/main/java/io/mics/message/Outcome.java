package io.mics.message;

import io.mics.protocol.OutboundFrame;

/** What became of a message. */
sealed interface Outcome {
    /** Accepted: on a device's queue, or stored offline. */
    record Sent(OutboundFrame.Reach reach) implements Outcome {
        static final Sent WHOLE = new Sent(OutboundFrame.Reach.NONE);
    }

    /** Refused before delivery was tried; {@code code} is a hook's own, 0 is none. */
    record Rejected(int code, String reason) implements Outcome {
        Rejected(String reason) {
            this(0, reason);
        }
    }

    /** Tried, and accepted nowhere. */
    record Failed(String reason, OutboundFrame.Reach reach) implements Outcome {
        Failed(String reason) {
            this(reason, OutboundFrame.Reach.NONE);
        }
    }
}
