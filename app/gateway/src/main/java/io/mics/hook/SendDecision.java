package io.mics.hook;

import io.mics.proto.message.v1.MessageRequest;

/** Whether a message may be sent: what the tenant's {@code /check-message} and its pre-send hooks decide. */
public sealed interface SendDecision {
    /**
     * It may, as {@code message}.
     *
     * @param featureVersion the hooks it passed, {@code name=version} each, separated by commas; empty when there were
     *                       none
     */
    record Allowed(MessageRequest message, String featureVersion) implements SendDecision {
        /** No hook changed it. */
        public Allowed(MessageRequest message) {
            this(message, "");
        }
    }

    /** It may not; the sender gets code (0 is none) and reason unchanged, or the name of a hook that gave none. */
    record Denied(int code, String reason) implements SendDecision {
        /** Denied by the backend, which has no codes. */
        public Denied(String reason) {
            this(0, reason);
        }
    }
}
