package io.mics.hook;

import io.mics.protocol.AckReason;
import java.util.Locale;

/** How one hook call ended. */
public enum CallResult {
    OK,
    /** The backend answered, and its answer was no. */
    DENY,
    QUEUE_REJECTED,
    TIMEOUT,
    CIRCUIT_OPEN,
    /** Any status below 500 that is not 2xx. */
    HTTP_4XX,
    HTTP_5XX,
    NETWORK_ERROR,
    DECODE_ERROR,
    /** Signatures are required and there is no secret; nothing was sent. */
    SIGN_REQUIRED;

    private final String label = name().toLowerCase(Locale.ROOT);

    /** The value of the metric label {@code result}. */
    public String label() {
        return label;
    }

    /** The reason a message's sender gets when this call failed. */
    public String ackReason() {
        return switch (this) {
            case OK, DENY -> "";
            case QUEUE_REJECTED -> AckReason.HOOK_QUEUE_REJECTED;
            case CIRCUIT_OPEN -> AckReason.HOOK_CIRCUIT_OPEN;
            case SIGN_REQUIRED -> AckReason.HOOK_SIGN_REQUIRED;
            case TIMEOUT, HTTP_4XX, HTTP_5XX, NETWORK_ERROR, DECODE_ERROR -> AckReason.HOOK_DEGRADED;
        };
    }
}
