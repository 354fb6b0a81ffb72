package io.mics.hook.point;

import io.mics.protocol.AckReason;
import java.util.Locale;

/** What came of one call of a hook, a tenant's backend included; from the transport's bytes on. */
public sealed interface HookResponse<A> {
    /** The hook answered; a no is an answer too. */
    record Answered<A>(A answer) implements HookResponse<A> {}

    /**
     * The hook gave no answer.
     *
     * @param kind  what sort of failure
     * @param cause why, in plain words that name the target, without anything of a message
     */
    record Failed<A>(Kind kind, String cause) implements HookResponse<A> {}

    /** The failure of a call at a point that a transport cannot carry. */
    static <A> HookResponse<A> notCarried(HookPoint point) {
        return new Failed<>(Kind.FORBIDDEN, "its transport has no call for " + point.label());
    }

    /** The sorts of failure. */
    enum Kind {
        TIMEOUT,
        /** All permits in use. */
        BUSY,
        RATE_LIMITED,
        CIRCUIT_OPEN,
        /** The target understood the call and refused it: a status of 4xx, INVALID_ARGUMENT, … */
        REFUSED,
        /** The target failed: 5xx, INTERNAL, an exception. */
        ERROR,
        /** No connection, or a broken one. */
        UNREACHABLE,
        /** An answer that makes no sense. */
        UNDECODABLE,
        /** The target is not one that may be called, or is not there at all; no call was made. */
        FORBIDDEN,
        /** A tenant's backend is to be called with a signature, and there is no secret; no call was made. */
        SIGN_REQUIRED;

        private final String label = name().toLowerCase(Locale.ROOT);

        /** Its name in metrics and logs. */
        public String label() {
            return label;
        }

        /** Whether the hook was called: a call refused by our own limits is no attempt and says nothing of the hook. */
        public boolean isAttempt() {
            return switch (this) {
                case TIMEOUT, REFUSED, ERROR, UNREACHABLE, UNDECODABLE, FORBIDDEN -> true;
                case BUSY, RATE_LIMITED, CIRCUIT_OPEN, SIGN_REQUIRED -> false;
            };
        }

        /** The reason a message's sender gets when it may not go without an answer. */
        public String ackReason() {
            return switch (this) {
                case CIRCUIT_OPEN -> AckReason.HOOK_CIRCUIT_OPEN;
                case BUSY, RATE_LIMITED -> AckReason.HOOK_QUEUE_REJECTED;
                case SIGN_REQUIRED -> AckReason.HOOK_SIGN_REQUIRED;
                case TIMEOUT, REFUSED, ERROR, UNREACHABLE, UNDECODABLE, FORBIDDEN -> AckReason.HOOK_DEGRADED;
            };
        }
    }
}
